// Starts the system's Chromium; nothing here fetches a browser.
import { chromium } from "playwright-core";

const PATHS = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" };
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const start = (...more) =>
  chromium.launch({ ...PATHS, headless: true, args: [...QUIET, ...more] });

// What a page did wrong while it was open: console errors, exceptions, foreign requests, dialogs.
export const watch = (page, origins, wrong) => {
  page.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) wrong.push(`console: ${said.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (![...origins, "data:"].some((each) => url.startsWith(each))) wrong.push(`request: ${url}`);
  });
};

export const listing = async (base) => (await fetch(`${base}/?json`)).json();

// The page that hands an answer to the app leaves at once, as soon as its script runs: here the
// app answers "no content", so that the browser stays on it.
export const stayOnPage = (page, app) =>
  page.route(`${app}/callback`, (route) => route.fulfill({ status: 204 }));

export const open = async (page, url) => {
  if (!url.includes("/form-post")) return page.goto(url);
  const left = page.waitForRequest((request) => request.method() === "POST");
  await page.goto(url, { waitUntil: "commit" });
  return left;
};
