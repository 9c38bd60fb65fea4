// node shots.mjs BASE FOLDER [NAME…]: a picture of every page, light and dark, narrow and wide.
import { mkdirSync } from "node:fs";
import { listing, open, start, stayOnPage } from "./browser.mjs";

const [base, folder, ...names] = process.argv.slice(2);
const { pages, app } = await listing(base);
const browser = await start();
mkdirSync(folder, { recursive: true });
for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 1280]) {
    const viewport = { width, height: width === 320 ? 640 : 800 };
    const context = await browser.newContext({ colorScheme, viewport });
    const page = await context.newPage();
    await stayOnPage(page, app);
    for (const name of names.length ? names : pages) {
      await open(page, `${base}/page/${name}`);
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    }
    await context.close();
  }
}
await browser.close();
