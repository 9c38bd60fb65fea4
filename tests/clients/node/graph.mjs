// Microsoft Graph by the pipeline that all of Azure's clients for JavaScript are made of.

import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { DeviceCodeCredential } from "@azure/identity";

import { answer, browse, CLI, SERVED } from "./driven.mjs";

const pipeline = createEmptyPipeline();
const http = createDefaultHttpClient();
let left = [];

await answer({
  device({ browsers }) {
    left = [...browsers];
    const credential = new DeviceCodeCredential({
      tenantId: SERVED.tenant,
      clientId: CLI,
      authorityHost: SERVED.login,
      disableInstanceDiscovery: true,
      userPromptCallback({ verificationUri, userCode }) {
        browse(verificationUri, left.shift(), { user_code: userCode });
      },
    });
    const scopes = [`${SERVED.graph}/.default`];
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }));
    return {};
  },
  async me() {
    const request = createPipelineRequest({ url: `${SERVED.graph}/v1.0/me` });
    const response = await pipeline.sendRequest(http, request);
    const { id, error } = JSON.parse(response.bodyAsText);
    return { status: response.status, id, error, browsers_left: left.length };
  },
});
