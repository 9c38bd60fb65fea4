// node passkeys.mjs BASE: creates a passkey and signs in with it, by a virtual authenticator;
// prints what the forms sent, for a library to verify, and what an unverified try is told.
import { start } from "./browser.mjs";

const [base] = process.argv.slice(2);
const browser = await start();
const page = await browser.newPage();
const protocol = await page.context().newCDPSession(page);
await protocol.send("WebAuthn.enable");
const { authenticatorId } = await protocol.send("WebAuthn.addVirtualAuthenticator", {
  options: {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  },
});

const sent = async (name) => {
  await page.goto(`${base}/page/${name}`);
  await page.locator("form[data-passkey] button").click();
  await page.waitForURL(/\/post/);
  return JSON.parse(await page.locator("body").innerText());
};

// The sign-in page offers passkeys among the names it suggests: nobody presses a button.
const suggested = async () => {
  await page.goto(`${base}/page/login-passkey`, { waitUntil: "commit" });
  await page.waitForURL(/\/post/);
  return JSON.parse(await page.locator("body").innerText());
};

const created = await sent("register-passkey");
const used = await sent("passkey");
const offered = await suggested();
await protocol.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
await page.goto(`${base}/page/passkey`);
await page.locator("form[data-passkey] button").click();
const refused = await page.locator("[data-said]:not([hidden])").innerText();
await browser.close();
console.log(JSON.stringify({ created, used, offered, refused }));
