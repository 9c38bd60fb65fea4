// @azure/arm-resources: resource groups and resources, and what a challenge makes of them.

import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential, DeviceCodeCredential } from "@azure/identity";

import { answer, browse, CLI, MANAGEMENT, SERVED } from "./driven.mjs";

const where = { authorityHost: SERVED.login, disableInstanceDiscovery: true };
const { tenant } = SERVED;
const VERSION = "2024-01-01";
let client;
let left = [];

function made(credential, subscription) {
  const options = { endpoint: SERVED.arm, credentialScopes: [MANAGEMENT] };
  client = new ResourceManagementClient(credential, subscription, options);
  return {};
}

await answer({
  secret: ({ clientId, secret, subscription }) =>
    made(new ClientSecretCredential(tenant, clientId, secret, where), subscription),
  device({ browsers, subscription }) {
    left = [...browsers];
    const userPromptCallback = ({ verificationUri, userCode }) => {
      browse(verificationUri, left.shift(), { user_code: userCode });
    };
    const told = { tenantId: tenant, clientId: CLI, userPromptCallback, ...where };
    return made(new DeviceCodeCredential(told), subscription);
  },
  async makeGroup({ name }) {
    const body = { location: "local", tags: { team: "ops" } };
    const found = await client.resourceGroups.createOrUpdate(name, body);
    return { id: found.id, tags: found.tags, browsers_left: left.length };
  },
  async changeGroup({ name }) {
    const found = await client.resourceGroups.update(name, { tags: { team: "dev" } });
    const exists = await client.resourceGroups.checkExistence(name);
    return { tags: found.tags, exists: exists.body ?? exists };
  },
  async deleteGroup({ name }) {
    await client.resourceGroups.beginDeleteAndWait(name, { updateIntervalInMs: 200 });
    const names = [];
    for await (const each of client.resourceGroups.list()) names.push(each.name);
    return { names };
  },
  async absentGroup({ name }) {
    return client.resourceGroups.get(name);
  },
  async resource({ group, name }) {
    const place = `${(await client.resourceGroups.get(group)).id}/providers/Microsoft.Storage/storageAccounts/${name}`;
    const wait = { updateIntervalInMs: 200 };
    const body = (length) => ({ location: "local", properties: { length } });
    const first = await client.resources.beginCreateOrUpdateByIdAndWait(place, VERSION, body(12), wait);
    const told = await client.resources.getById(place, VERSION);
    const second = await client.resources.beginCreateOrUpdateByIdAndWait(place, VERSION, body(14), wait);
    await client.resources.beginDeleteByIdAndWait(place, VERSION, wait);
    const names = [];
    for await (const each of client.resources.listByResourceGroup(group)) names.push(each.name);
    return {
      id: told.id,
      lengths: [first, told, second].map((each) => each.properties.length),
      left: names,
    };
  },
  async pages({ group, number }) {
    const place = (await client.resourceGroups.get(group)).id;
    for (let count = 0; count < number; count += 1) {
      const boat = `${place}/providers/Microsoft.Storage/storageAccounts/boat${String(count).padStart(2, "0")}`;
      const body = { location: "local", properties: {} };
      await client.resources.beginCreateOrUpdateByIdAndWait(boat, VERSION, body, { updateIntervalInMs: 200 });
    }
    const sizes = [];
    const names = [];
    for await (const page of client.resources.listByResourceGroup(group, { top: 3 }).byPage()) {
      sizes.push(page.length);
      names.push(...page.map((each) => each.name));
    }
    return { sizes, names };
  },
});
