// oauth4webapi, which checks every answer against the standards.

import * as oauth from "oauth4webapi";

import { answer, browse, claimsOf, MANAGEMENT, SERVED } from "./driven.mjs";

const issuer = new URL(`${SERVED.login}/${SERVED.tenant}/v2.0`);

async function discovered() {
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
}

function authentication(how, secret) {
  return how === "basic" ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

await answer({
  async code({ clientId, secret, how, redirectUri, scope, browser }) {
    const server = await discovered();
    const client = { client_id: clientId };
    const proof = authentication(how, secret);
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const address = new URL(server.authorization_endpoint);
    for (const [name, value] of Object.entries({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    })) {
      address.searchParams.set(name, value);
    }
    const seen = await browse(address.href, browser);
    const given = oauth.validateAuthResponse(server, client, new URL(seen.address), state);
    const response = await oauth.authorizationCodeGrantRequest(
      server, client, proof, given, redirectUri, verifier,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    // With TLS the standard leaves out the check of the id token's signature; here it is made.
    await oauth.validateApplicationLevelSignature(server, response);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    const again = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, proof, tokens.refresh_token),
    );
    const asked = await oauth.userInfoRequest(server, client, tokens.access_token);
    const more = await oauth.processUserInfoResponse(server, client, claims.sub, asked);
    return { claims, more, again: oauth.getValidatedIdTokenClaims(again) };
  },
  async credentials({ clientId, secret, how }) {
    const server = await discovered();
    const client = { client_id: clientId };
    const proof = authentication(how, secret);
    const asked = { scope: MANAGEMENT };
    const response = await oauth.clientCredentialsGrantRequest(server, client, proof, asked);
    const tokens = await oauth.processClientCredentialsResponse(server, client, response);
    return claimsOf(tokens.access_token);
  },
});
