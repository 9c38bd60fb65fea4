// node forms.mjs BASE: every page's first form by plain POST without script; answers to the app
// with script, without, and by redirect; what a policy evaluator says of every page's policy.
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { listing, start } from "./browser.mjs";

const [base] = process.argv.slice(2);
const { pages, app } = await listing(base);
const browser = await start();
const answer = async (page) => JSON.parse(await page.locator("body").innerText());

const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
const posted = {};
const policies = {};
for (const name of pages) {
  const response = await plain.goto(`${base}/page/${name}`);
  const policy = response.headers()["content-security-policy"];
  policies[name] = new CspEvaluator(new CspParser(policy).csp)
    .evaluate()
    .map(({ severity, directive, description }) => ({ severity, directive, description }));
  const form = plain.locator("form").first();
  if ((await form.count()) === 0) continue;
  for (const field of await form.locator("input[required]").all()) await field.fill("typed");
  const button = form.locator("button");
  if ((await button.count()) !== 1) throw new Error(`${name} has not one button`);
  await button.click();
  await plain.waitForURL(/\/(post|callback)/);
  posted[name] = await answer(plain);
}

const page = await browser.newPage();
await page.goto(`${base}/page/form-post`);
await page.waitForURL(`${app}/callback`);
const handedOver = await answer(page);

const redirected = async (target, allowed) => {
  const query = `to=${encodeURIComponent(target)}${allowed ? "&allowed" : ""}`;
  await page.goto(`${base}/redirecting?${query}`);
  await page.locator("button").click({ noWaitAfter: true });
  const left = page.waitForURL((url) => url.href.startsWith(target), { timeout: 3000 });
  return left.then(() => "went", () => "stayed");
};
const port = new URL(base).port;
const redirects = {
  allowed: await redirected(`${app}/callback`, true),
  notAllowed: await redirected(`${app}/callback`, false),
  allowedIPv6: await redirected(`http://[::1]:${port}/callback`, true),
};
await browser.close();
console.log(JSON.stringify({ posted, policies, handedOver, redirects }));
