// @azure/identity and MSAL for Node as workloads with a managed identity.

import { ManagedIdentityCredential } from "@azure/identity";
import { ManagedIdentityApplication } from "@azure/msal-node";

import { answer, claimsOf, MANAGEMENT } from "./driven.mjs";

await answer({
  environment(variables) {
    Object.assign(process.env, variables);
    return {};
  },
  async identity(selected) {
    return claimsOf((await new ManagedIdentityCredential(selected).getToken(MANAGEMENT)).token);
  },
  async msal({ clientId }) {
    const managedIdentityIdParams = clientId ? { userAssignedClientId: clientId } : undefined;
    const app = new ManagedIdentityApplication({ managedIdentityIdParams });
    const found = await app.acquireToken({ resource: "https://management.azure.com/" });
    return claimsOf(found.accessToken);
  },
});
