// @azure/identity, and a management client that uses what it signs in.

import { ResourceManagementClient } from "@azure/arm-resources";
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
} from "@azure/identity";

import { answer, browse, claimsOf, CLI, MANAGEMENT, SERVED, tellBrowser } from "./driven.mjs";

const where = { authorityHost: SERVED.login, disableInstanceDiscovery: true };
const { tenant } = SERVED;
let credential;

// Tokens with continuous access evaluation have a cache of their own; the management client asks so.
async function token() {
  return claimsOf((await credential.getToken(MANAGEMENT, { enableCae: true })).token);
}

async function kept(made) {
  credential = made;
  return token();
}

await answer({
  token,
  secret: ({ clientId, secret }) => kept(new ClientSecretCredential(tenant, clientId, secret, where)),
  certificate: ({ clientId, pem }) =>
    kept(new ClientCertificateCredential(tenant, clientId, { certificate: pem }, where)),
  assertion: ({ clientId, token: given }) =>
    kept(new ClientAssertionCredential(tenant, clientId, async () => given, where)),
  device({ browsers }) {
    const left = [...browsers];
    const userPromptCallback = ({ verificationUri, userCode }) => {
      browse(verificationUri, left.shift(), { user_code: userCode });
    };
    const told = { tenantId: tenant, clientId: CLI, userPromptCallback, ...where };
    return kept(new DeviceCodeCredential(told));
  },
  interactive({ browser }) {
    tellBrowser(browser);
    return kept(new InteractiveBrowserCredential({ tenantId: tenant, clientId: CLI, ...where }));
  },
  async groups({ subscription }) {
    const options = { endpoint: SERVED.arm, credentialScopes: [MANAGEMENT] };
    const client = new ResourceManagementClient(credential, subscription, options);
    const names = [];
    for await (const each of client.resourceGroups.list()) names.push(each.name);
    return { names };
  },
});
