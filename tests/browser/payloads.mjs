// node payloads.mjs BASE MARK: every page with strings that become script where escaping fails.
// The control does not escape: it must be marked.
import { listing, open, start, stayOnPage, watch } from "./browser.mjs";

const [base, mark] = process.argv.slice(2);
const { pages, payloads, app } = await listing(base);
const browser = await start();
const page = await browser.newPage();
const found = {};
let visited = 0;
let wrong = [];
watch(page, [base, app], { push: (what) => wrong.push(what) });
await stayOnPage(page, app);

const visit = async (path, numbers) => {
  wrong = [];
  await open(page, `${base}/${path}?payload=${numbers.join(",")}`);
  const marked = await page.evaluate(
    (mark) => mark in window || document.getElementById(mark) !== null,
    mark,
  );
  if (marked) wrong.push("marked");
  visited += 1;
  if (wrong.length) found[`${path} ${numbers}`] = wrong;
};

const all = Array.from({ length: payloads }, (_, number) => number);
// Each alone where most kinds of field are, then eight at a time on every page.
for (const number of all) {
  for (const name of ["login-refused", "form-post", "blocked"]) await visit(`page/${name}`, [number]);
}
for (const name of pages) {
  for (let from = 0; from < payloads; from += 8) {
    await visit(`page/${name}`, all.slice(from, from + 8));
  }
}
await visit("unescaped", [0]);
const control = found["unescaped 0"] ?? [];
delete found["unescaped 0"];
await browser.close();
console.log(JSON.stringify({ visited, found, control }));
