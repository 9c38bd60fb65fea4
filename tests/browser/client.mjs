// node client.mjs ADDRESS: a person at the system's Chromium, whom a client sends to sign in. What
// is typed comes in $OSTIARY_BOT: `answers` by the names of the fields, `key` the hash of the one
// public key that is trusted for the service, `log` a file that gets what was seen.
import { renameSync, writeFileSync } from "node:fs";

import { start } from "./browser.mjs";

const SECONDS = 20_000;
const [address] = process.argv.slice(2);
const { answers, key, log } = JSON.parse(process.env.OSTIARY_BOT);
const { origin } = new URL(address);
const asked = [];
const away = (url) => new URL(url).origin !== origin;

// Fills in the first form and sends it; a form for the client may have left by the page's script.
const step = async (page) => {
  const form = page.locator("form").first();
  const target = await form.evaluate((found) => found.action);
  const button = form.locator("button:not([name])").first();
  if (away(target)) {
    const left = page.waitForURL(away, { timeout: SECONDS });
    await Promise.all([left, button.click({ noWaitAfter: true, timeout: SECONDS / 10 }).catch(() => {})]);
    return;
  }
  for (const [name, given] of Object.entries(answers)) {
    const field = form.locator(`input[name="${name}"]:visible:not([readonly])`);
    if ((await field.count()) === 0) continue;
    asked.push(name);
    await field.fill([given].flat()[0]);
  }
  await Promise.all([page.waitForNavigation({ timeout: SECONDS }), button.click()]);
};

const browser = await start(`--ignore-certificate-errors-spki-list=${key}`);
let text = "";
try {
  const page = await browser.newPage();
  await page.goto(address);
  for (let pages = 0; pages < 10 && !away(page.url()); pages += 1) await step(page);
  text = await page.locator("body").innerText();
} catch (error) {
  text = String(error);
} finally {
  await browser.close();
  writeFileSync(`${log}.part`, JSON.stringify({ asked, text }));
  renameSync(`${log}.part`, log);
}
