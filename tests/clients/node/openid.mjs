// openid-client, strict: discovery, code with PKCE and nonce, refresh, client credentials.

import * as client from "openid-client";

import { answer, browse, claimsOf, MANAGEMENT, SERVED } from "./driven.mjs";

const issuer = new URL(`${SERVED.login}/${SERVED.tenant}/v2.0`);

async function discovered(clientId, authentication) {
  // The id token's signature is checked by the issuer's keys, which TLS would make needless.
  const execute = [client.enableNonRepudiationChecks];
  return client.discovery(issuer, clientId, undefined, authentication, { execute });
}

function authentication(how, secret) {
  return how === "basic" ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}

await answer({
  async code({ clientId, secret, how, redirectUri, scope, browser }) {
    const config = await discovered(clientId, authentication(how, secret));
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    const seen = await browse(address.href, browser);
    const tokens = await client.authorizationCodeGrant(config, new URL(seen.address), {
      pkceCodeVerifier: verifier,
      expectedNonce: nonce,
      expectedState: state,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    const more = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const again = await client.refreshTokenGrant(config, tokens.refresh_token);
    return { claims, more, again: again.claims() };
  },
  async credentials({ clientId, secret, how }) {
    const config = await discovered(clientId, authentication(how, secret));
    const tokens = await client.clientCredentialsGrant(config, { scope: MANAGEMENT });
    return claimsOf(tokens.access_token);
  },
});
