// @azure/msal-node, every flow that it has.

import { createHash, X509Certificate } from "node:crypto";
import { spawn } from "node:child_process";

import { ConfidentialClientApplication, PublicClientApplication } from "@azure/msal-node";

import { answer, AUTHORITY, browse, claimsOf, CLI, HOST, MANAGEMENT, tellBrowser } from "./driven.mjs";

const where = { authority: AUTHORITY, knownAuthorities: [HOST] };
const client = new PublicClientApplication({ auth: { clientId: CLI, ...where } });
const scopes = [MANAGEMENT];

function told(result) {
  return {
    access: claimsOf(result.accessToken),
    id: result.idTokenClaims,
    account: result.account?.username,
    fromCache: result.fromCache,
  };
}

function confidential(auth) {
  return new ConfidentialClientApplication({ auth: { ...where, ...auth } });
}

async function account() {
  const [found] = await client.getTokenCache().getAllAccounts();
  return found;
}

await answer({
  async secret({ clientId, clientSecret }) {
    const app = confidential({ clientId, clientSecret });
    return told(await app.acquireTokenByClientCredential({ scopes }));
  },
  async certificate({ clientId, pem }) {
    const der = new X509Certificate(pem).raw;
    const thumbprintSha256 = createHash("sha256").update(der).digest("hex");
    const x5c = pem.slice(pem.indexOf("-----BEGIN CERT"));
    const clientCertificate = { thumbprintSha256, privateKey: pem, x5c };
    const app = confidential({ clientId, clientCertificate });
    return told(await app.acquireTokenByClientCredential({ scopes }));
  },
  async assertion({ clientId, token }) {
    const app = confidential({ clientId, clientAssertion: token });
    return told(await app.acquireTokenByClientCredential({ scopes }));
  },
  async password({ username, password }) {
    return told(await client.acquireTokenByUsernamePassword({ scopes, username, password }));
  },
  async device({ browser }) {
    let seen;
    const deviceCodeCallback = ({ verificationUri, userCode }) => {
      seen = browse(verificationUri, browser, { user_code: userCode });
    };
    const found = told(await client.acquireTokenByDeviceCode({ scopes, deviceCodeCallback }));
    return { ...found, asked: (await seen).asked };
  },
  async interactive({ browser, claims }) {
    tellBrowser(browser);
    const openBrowser = async (address) => {
      spawn(process.env.BROWSER, [address], { stdio: "ignore" });
    };
    return told(await client.acquireTokenInteractive({ scopes, openBrowser, claims }));
  },
  async silent({ scope = MANAGEMENT, forceRefresh = true }) {
    const asked = { scopes: [scope], account: await account(), forceRefresh };
    return told(await client.acquireTokenSilent(asked));
  },
});
