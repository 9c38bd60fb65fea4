// node admin-times.mjs JSON: milliseconds until each page of the admin center is painted, medians.
import { start } from "./browser.mjs";

const { base, cookies, addresses, times } = JSON.parse(process.argv[2]);
const browser = await start();
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const secure = { domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite: "Lax" };
await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ ...secure, name, value })));
const page = await context.newPage();

const painted = async (address) => {
  await page.goto(`${base}${address}`);
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const tell = () => {
          const [paint] = performance.getEntriesByName("first-contentful-paint");
          if (paint) resolve(paint.startTime);
          else requestAnimationFrame(tell);
        };
        tell();
      }),
  );
};

const found = {};
for (const address of addresses) {
  const all = [];
  for (let number = 0; number <= times; number += 1) all.push(await painted(address));
  const sorted = all.slice(1).sort((one, other) => one - other);
  found[address] = sorted[Math.floor(sorted.length / 2)];
}
await browser.close();
console.log(JSON.stringify(found));
