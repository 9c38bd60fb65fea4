// What the scripts at the admin center share: signing in to it, and moving about.

import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// What an authenticator app with this key shows now (RFC 6238): a script lasts longer than a code.
export const totp = (key) => {
  const bits = [...key].map((each) => LETTERS.indexOf(each).toString(2).padStart(5, "0")).join("");
  const octets = bits.match(/[01]{8}/g).map((each) => parseInt(each, 2));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", Buffer.from(octets)).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
};

// Signs a person in by password, and by the authenticator app where that is asked for.
export const opened = async (person, asked, name) => {
  const { page, type, button, heading } = person;
  await page.goto(`${asked.base}/admin/`);
  await type("login", `${name}@fjordvik.example`);
  await type("passwd", asked.password);
  const code = page.locator("[name=otp]");
  const stay = page.getByRole("heading", { name: "Stay signed in?" });
  await code.or(stay).waitFor();
  if (await code.isVisible()) await type("otp", totp(asked.apps[name]));
  await stay.waitFor();
  await button("No").click();
  await page.getByRole("navigation", { name: "Admin center" }).waitFor();
  const go = async (link, title) => {
    await page.getByRole("link", { name: link, exact: true }).first().click();
    await heading(title);
  };
  return { ...person, go };
};

// The state of the policy that is open, as its heading tells it.
export const state = (page) => page.locator("h1 .state").innerText();
