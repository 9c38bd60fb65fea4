// node admin-shots.mjs JSON: signs in to the admin center of a real server, and takes pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { start } from "./browser.mjs";
import { small } from "./small-png.mjs";

const { base, folder, user, password, code, shots } = JSON.parse(process.argv[2]);
const browser = await start();
const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: "reduce" });
const page = await context.newPage();
const wrong = [];
mkdirSync(folder, { recursive: true });

const type = async (field, value) => {
  await page.locator(`[name=${field}]`).fill(value);
  await page.locator("form").first().locator("button:not([name])").click();
};
await page.goto(`${base}/admin/`);
await type("login", user);
await type("passwd", password);
await page.locator("[name=otp], form[action='/admin/sign-out'], h1").first().waitFor();
if (await page.locator("[name=otp]").count()) await type("otp", code);
const no = page.getByRole("button", { name: "No", exact: true });
await no.or(page.locator("form[action='/admin/sign-out']")).first().waitFor();
if (await no.count()) await no.click();
await page.locator("form[action='/admin/sign-out']").waitFor();
for (const [name, path, colorScheme, width] of shots) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: width === 320 ? 640 : 860 });
  const answer = await page.goto(`${base}/admin${path}`);
  if (answer.status() !== 200) {
    wrong.push(`${name}: ${path} answered ${answer.status()}`);
    continue;
  }
  // What is still being worked out comes by itself, and takes the place of what said so.
  await page.locator("[hx-trigger^=load][hx-swap=outerHTML]").first().waitFor({ state: "detached", timeout: 120_000 });
  await page.waitForLoadState("networkidle");
  writeFileSync(`${folder}/${name}.png`, small(await page.screenshot()));
}
await browser.close();
console.log(JSON.stringify({ wrong }));
