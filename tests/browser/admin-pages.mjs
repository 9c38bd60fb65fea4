// node admin-pages.mjs FILE: every page of the admin center as somebody sees it who is signed in.
// Nothing of the names in it runs or is loaded, axe-core finds nothing in light and dark, wide and
// narrow, Tab reaches every control in order and shows where it is, nothing moves for those who do
// not want that. The control is a page that is wrong: a check that finds nothing there is none.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { start, watch } from "./browser.mjs";

const { base, key, cookie, pages, mark } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const BAD = `<!doctype html><title>x</title><p style="transition: color 1s">${"wide".repeat(200)}</p>
<div tabindex="0" style="outline: none"><a href="#" tabindex="3">x</a></div><img src="x.png" id="${mark}">`;
const COLOURS = ["color-contrast", "link-in-text-block"];
const browser = await start(`--ignore-certificate-errors-spki-list=${key}`);
const found = {};
let checked = 0;
let reached = 0;

// What depends on colours alone is looked at in the dark; everything else once for each width.
const axe = (rules) =>
  `window.axe.run({ resultTypes: ["violations"], preload: false${rules ? `, runOnly: ${JSON.stringify(rules)}` : ""} })`;

const opened = async () => {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await context.addCookies([{ ...cookie, url: base, secure: true, httpOnly: true, sameSite: "Lax" }]);
  const page = await context.newPage();
  let wrong = [];
  watch(page, [base], { push: (what) => wrong.push(what) });

  const shapes = async () => {
    for (const [width, colorScheme, rules] of [
      [1280, "light", null],
      [1280, "dark", COLOURS],
      [320, "dark", COLOURS],
      [320, "light", null],
    ]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      const { violations } = await page.evaluate(axe(rules));
      for (const each of violations) {
        for (const node of each.nodes.slice(0, 3)) {
          wrong.push(`${width} ${colorScheme}: ${each.id}: ${node.html.slice(0, 200)}`);
        }
      }
      const wide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        if (scrollWidth <= clientWidth) return "";
        const over = [...document.querySelectorAll("main *")].filter(
          (each) => !each.closest(".scroll") && each.getBoundingClientRect().right > clientWidth + 1,
        );
        return `${scrollWidth} px, by ${over.at(-1)?.outerHTML.slice(0, 160)}`;
      });
      if (wide) wrong.push(`wider than ${width}: ${wide}`);
    }
  };

  const keyboard = async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const expected = await page.evaluate(() => {
      const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
      const radios = new Set();
      const one = (each) => {
        if (each.type !== "radio") return true;
        const group = `${each.form?.action} ${each.name}`;
        const checked = document.querySelector(`input[type=radio][name="${CSS.escape(each.name)}"]:checked`);
        if (radios.has(group) || (checked && checked.form === each.form && checked !== each)) return false;
        radios.add(group);
        return true;
      };
      window.expected = [...document.querySelectorAll(all)].filter(
        (each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches(":disabled, [tabindex='-1']") && one(each),
      );
      window.went = [];
      document.addEventListener("focusin", ({ target }) => {
        const style = getComputedStyle(target);
        const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        window.went.push([window.expected.indexOf(target), shown, target.outerHTML.slice(0, 160)]);
      });
      document.body.tabIndex = -1;
      document.body.focus();
      window.went = [];
      return window.expected.length;
    });
    const due = await page.evaluate(() => window.expected.map((each) => each.outerHTML.slice(0, 160)));
    // A field of a date is several stops, and tells of the first one only.
    const dates = await page.locator("input[type=date], input[type=datetime-local]").count();
    for (let number = 0; number < expected + 8 * dates; number += 1) await page.keyboard.press("Tab");
    const went = await page.evaluate((most) => window.went.slice(0, most), expected);
    went.forEach(([position, shown, html], number) => {
      if (!shown) wrong.push(`the focus does not show: ${html}`);
      if (position !== number && wrong.length < 9) wrong.push(`Tab ${number + 1} went to ${position}: ${html}, not to ${due[number]}`);
    });
    if (went.length < expected) wrong.push(`Tab reached ${went.length} of ${expected}`);
    reached += went.length;
  };

  const check = async (name) => {
    const { marked, moving } = await page.evaluate((mark) => {
      document.querySelectorAll("details").forEach((each) => (each.open = true));
      const moves = (each) => {
        const style = getComputedStyle(each);
        return style.animationName !== "none" || !/^[0s, ]+$/.test(style.transitionDuration);
      };
      return {
        marked: mark in window || document.getElementById(mark) !== null,
        moving: [...document.querySelectorAll("*")].filter(moves).map((each) => each.outerHTML.slice(0, 100))[0],
      };
    }, mark);
    if (marked) wrong.push("marked");
    if (moving) wrong.push(`moves: ${moving}`);
    await page.evaluate(AXE);
    await shapes();
    await keyboard();
    checked += 1;
    if (wrong.length) found[name] = wrong;
    return wrong;
  };

  return async (address) => {
    wrong = [];
    if (address === null) await page.setContent(BAD);
    else await page.goto(`${base}${address}`);
    return check(address ?? "control");
  };
};

// Two windows take turns with the pages: one computes while the other waits.
const waiting = [...pages];
const round = async () => {
  const check = await opened();
  while (waiting.length) await check(waiting.shift());
};
await Promise.all([round(), round()]);
const control = await (await opened())(null);
delete found.control;
await browser.close();
console.log(JSON.stringify({ checked, reached, found, control }));
