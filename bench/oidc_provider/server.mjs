// oidc-provider with what Ostiary's sign-in is measured by: authorization code with PKCE, password
// and authenticator app, refresh tokens that rotate, signed access tokens. Its in-memory store
// keeps nothing over a restart, writes no log of sign-ins and decides by no policies.
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import { Provider } from "oidc-provider";

const [, , peopleFile, port] = process.argv;
const { people, users, password, clientId, redirectUri } = JSON.parse(fs.readFileSync(peopleFile));
const byName = new Map(people.map((each) => [each.name, each]));
const accounts = new Map();
for (let n = 0; n < users; n += 1) {
  const id = `aaaaaaaa-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
  accounts.set(id, { name: `User ${n}` });
}
const SCRYPT = { N: 2 ** 14, r: 8, p: 1 };
const salt = crypto.randomBytes(16);
const kept = crypto.scryptSync(password, salt, 32, SCRYPT);

const scrypt = (word) =>
  new Promise((resolve, reject) =>
    crypto.scrypt(word, salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key))),
  );

function base32(text) {
  let bits = "";
  for (const each of text) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(each).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((each) => parseInt(each, 2)));
}

function codes(key) {
  const seed = base32(key);
  return [0, -1].map((step) => {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
    const digest = crypto.createHmac("sha1", seed).update(counter).digest();
    const at = digest[19] & 15;
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
  });
}

// The store that comes with it forgets all but the latest thousand entries.
const entries = new Map();

class Memory {
  constructor(model) {
    this.model = model;
  }
  key(id) {
    return `${this.model}:${id}`;
  }
  async upsert(id, payload) {
    entries.set(this.key(id), payload);
    if (payload.uid) entries.set(`uid:${payload.uid}`, payload);
  }
  async find(id) {
    return entries.get(this.key(id));
  }
  async findByUid(uid) {
    return entries.get(`uid:${uid}`);
  }
  async consume(id) {
    entries.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    entries.delete(this.key(id));
  }
  async revokeByGrantId(grantId) {
    for (const [key, each] of entries) if (each.grantId === grantId) entries.delete(key);
  }
}

const { privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
const resource = "https://management.core.windows.net/";
const provider = new Provider(`http://localhost:${port}`, {
  adapter: Memory,
  clients: [
    {
      client_id: clientId,
      application_type: "web",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: [redirectUri],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
  cookies: { keys: [crypto.randomBytes(32).toString("hex")] },
  claims: { openid: ["sub"], profile: ["name"] },
  findAccount: (ctx, id) =>
    accounts.has(id) && { accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile offline_access");
    grant.addResourceScope(resource, "user_impersonation");
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: "user_impersonation",
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
});

const steps = new Map(); // interaction -> who has shown a password
const answer = provider.callback();

async function interaction(request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  const step = steps.get(uid) ?? {};
  steps.set(uid, step);
  if (request.method === "POST") {
    let body = "";
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    if (form.has("login")) step.person = byName.get(form.get("login"));
    if (form.has("passwd")) {
      step.proven = crypto.timingSafeEqual(await scrypt(form.get("passwd")), kept);
    }
    if (form.has("otp") && step.proven && codes(step.person.key).includes(form.get("otp"))) {
      steps.delete(uid);
      const login = { accountId: step.person.id, amr: ["pwd", "otp", "mfa"] };
      await provider.interactionFinished(request, response, { login });
      return;
    }
    response.writeHead(303, { location: `/interaction/${uid}` }).end();
    return;
  }
  const name = step.proven ? "otp" : step.person ? "passwd" : "login";
  const page = `<!doctype html><title>Sign in</title><form method="post" action="/interaction/${uid}"><input name="${name}"><button>Next</button></form>`;
  response.writeHead(200, { "content-type": "text/html", "content-length": Buffer.byteLength(page) });
  response.end(page);
}

http
  .createServer((request, response) => {
    if (!request.url.startsWith("/interaction/")) {
      answer(request, response);
      return;
    }
    interaction(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500, { "content-length": 0 }).end();
    });
  })
  .listen(Number(port), "127.0.0.1");
