// node keyboard.mjs BASE: whether Tab reaches everything on every page, in reading order, and
// whether what has the focus shows it.
import { listing, open, start, stayOnPage } from "./browser.mjs";

const [base] = process.argv.slice(2);
const { pages, app } = await listing(base);
const browser = await start();
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
await stayOnPage(page, app);
const found = {};
let reached = 0;

for (const name of pages) {
  await open(page, `${base}/page/${name}`);
  const expected = await page.evaluate(() => {
    const all = "a[href], button, input:not([type=hidden]), summary, [tabindex='0']";
    window.expected = [...document.querySelectorAll(all)].filter((each) => each.checkVisibility());
    document.body.tabIndex = -1;
    document.body.focus();
    return window.expected.length;
  });
  const wrong = [];
  for (let number = 0; number < expected; number += 1) {
    await page.keyboard.press("Tab");
    const { position, shown } = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return {
        position: window.expected.indexOf(document.activeElement),
        shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (position !== number) wrong.push(`Tab ${number + 1} went to ${position}`);
    if (!shown) wrong.push(`the focus of ${number} does not show`);
    reached += 1;
  }
  if (wrong.length) found[name] = wrong;
}
await browser.close();
console.log(JSON.stringify({ reached, found }));
