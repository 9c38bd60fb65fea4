// node sign-in-passkey.mjs JSON: registers a passkey in a sign-in, signs in with it alone, and then
// with a copy of it whose counter is behind.
import { AUTHENTICATOR, flow } from "./flow.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const { page, context, protocol, look, type, heading, signIn, answer, button, begin } =
  await person();
await protocol.send("WebAuthn.enable");
const plug = async () =>
  (await protocol.send("WebAuthn.addVirtualAuthenticator", { options: AUTHENTICATOR }))
    .authenticatorId;
const authenticatorId = await plug();

await signIn(asked.password);
await heading("More information required");
await look("register");
await button("Add a passkey").click();
await heading("Create a passkey");
await look("register-passkey");
await page.locator("[name=passkey_name]").fill("work laptop");
await button("Create passkey").click();
await heading("Keep your recovery codes");
await look("recovery-codes");
await button("I have kept them").click();
await heading("Stay signed in?");
await button("No").click();
const registered = await answer();

// The page of names asks by itself for a passkey of this site; nobody presses anything.
await context.clearCookies();
await page.goto("about:blank");
await page.goto(`${asked.base}${asked.authorize}`, { waitUntil: "commit" });
await heading("Stay signed in?");
await button("No").click();
const used = await answer();

const { credentials } = await protocol.send("WebAuthn.getCredentials", { authenticatorId });
await protocol.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
const copy = await plug();
const [credential] = credentials;
await protocol.send("WebAuthn.addCredential", {
  authenticatorId: copy,
  credential: { ...credential, signCount: 0 },
});
await context.clearCookies();
await begin();
await page.getByRole("alert").filter({ hasText: "could not be checked" }).waitFor();
const cloned = page.url();
console.log(JSON.stringify({ registered, used, cloned, counts: credentials.length, ...(await end()) }));
