// node sign-in-device.mjs JSON: the page for another device, from its code to the end; then the
// methods of the person: an authenticator app is added from its key.
import { createHmac } from "node:crypto";
import { flow } from "./flow.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const { page, look, type, heading, button } = await person();

const code = (key, seconds) => {
  const bits = [...key].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"));
  const octets = bits.join("").match(/.{8}/g).map((each) => parseInt(each, 2));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const mac = createHmac("sha1", Buffer.from(octets)).update(step).digest();
  const word = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
};

await page.goto(`${asked.base}/device?user_code=${asked.userCode}`);
await heading("Sign in another device");
await look("device-code");
await button("Next").click();
await type("login", "astrid@fjordvik.example");
await page.locator("[name=passwd]").waitFor();
await type("passwd", asked.password);
await heading("Are you trying to sign in to");
await look("device-confirmation");
await button("Continue").click();
await heading("Stay signed in?");
await button("No").click();
await heading("You are signed in on the other device");
await look("device-finished");

await page.goto(`${asked.base}/account/methods`);
await heading("Security info");
await look("security-info-empty");
await button("Add an authenticator app").click();
await heading("Set up your authenticator app");
await look("register-totp");
await page.locator("details.more summary").click();
const key = (await page.locator("details.more .exact").innerText()).replaceAll(" ", "");
await type("otp", code(key, asked.seconds));
await heading("Keep your recovery codes");
await button("I have kept them").click();
await page.getByRole("status").waitFor();
await look("security-info");
const listed = await page.locator(".methods").innerText();
console.log(JSON.stringify({ listed, ...(await end()) }));
