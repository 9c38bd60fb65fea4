// node axe.mjs BASE: what axe-core finds on every page, light and dark, narrow and wide, and from
// right to left in German; pages wider than the window; what the browser complained about. The
// control is a bad page: a check that finds nothing there is no check.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { listing, open, start, stayOnPage, watch } from "./browser.mjs";

const [base] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { pages, app } = await listing(base);
const browser = await start();
const found = {};
let checked = 0;

// One window for each setting, because opening one costs more than the check.
const opened = async (colorScheme, width) => {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 720 } });
  const page = await context.newPage();
  let wrong = [];
  watch(page, [base, app], { push: (what) => wrong.push(what) });
  await stayOnPage(page, app);
  return async (path) => {
    wrong = [];
    await open(page, `${base}/${path}`);
    await page.evaluate(axe);
    const { violations, wide } = await page.evaluate(async () => {
      document.querySelectorAll("details").forEach((each) => (each.open = true));
      const root = document.documentElement;
      // preloading serves rules that are off, about stylesheets of other origins
      const { violations } = await window.axe.run({ resultTypes: ["violations"], preload: false });
      return { violations, wide: root.scrollWidth > root.clientWidth };
    });
    for (const each of violations) {
      for (const node of each.nodes) wrong.push(`${each.id}: ${node.html.slice(0, 200)}`);
    }
    if (wide) wrong.push("wider than the window");
    checked += 1;
    if (wrong.length) found[`${path} ${colorScheme} ${width}`] = wrong;
    return wrong;
  };
};

const round = async (colorScheme, width, query) => {
  const check = await opened(colorScheme, width);
  for (const name of pages) await check(`page/${name}${query}`);
};

await Promise.all([
  round("light", 320, "").then(() => round("dark", 1280, "")),
  round("dark", 320, "").then(() => round("light", 1280, "")),
]);
await round("light", 320, "?rtl&lang=de");
const control = await (await opened("light", 320))("unescaped");
delete found["unescaped light 320"];
await browser.close();
console.log(JSON.stringify({ pages: pages.length, checked, found, control }));
