// A browser at a served tenant: what its user does, and what axe-core and the browser say of every
// page on the way. The app's callback on loopback is answered here; nothing listens there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { start, watch } from "./browser.mjs";
import { small } from "./small-png.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const APP = "http://localhost:8400";
const SHAPES = [["light", 320], ["dark", 320], ["light", 1280], ["dark", 1280]];

// `key` is the hash of the server's key: a certificate error would switch passkeys off.
export const flow = async ({ base, key, authorize, shots }) => {
  const browser = await start(`--ignore-certificate-errors-spki-list=${key}`);
  const wrong = [];
  let checked = 0;

  const person = async () => {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    watch(page, [base, APP], wrong);
    const answers = [];
    await page.route(`${APP}/**`, (route) => {
      const request = route.request();
      const sent = request.postData() ?? new URL(request.url()).search.slice(1);
      answers.push(Object.fromEntries(new URLSearchParams(sent)));
      return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>app</title>" });
    });

    // Every shape of the page that is open: pictures where asked for, and axe-core in each.
    const look = async (name) => {
      for (const [colorScheme, width] of SHAPES) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: width === 320 ? 640 : 800 });
        if (shots) {
          mkdirSync(shots, { recursive: true });
          writeFileSync(`${shots}/${name}-${colorScheme}-${width}.png`, small(await page.screenshot({ fullPage: true })));
        }
        await page.evaluate(AXE);
        const { violations, wide } = await page.evaluate(async () => {
          const root = document.documentElement;
          const found = await window.axe.run({ resultTypes: ["violations"], preload: false });
          return { violations: found.violations, wide: root.scrollWidth > root.clientWidth };
        });
        for (const each of violations) wrong.push(`${name}: ${each.id}: ${each.nodes[0].html}`);
        if (wide) wrong.push(`${name}: wider than the window at ${width}`);
        checked += 1;
      }
    };
    const button = (text) => page.getByRole("button", { name: text });
    const type = async (field, value, name) => {
      if (name) await look(name);
      await page.locator(`[name=${field}]`).fill(value);
      await page.locator("form").first().locator("button:not([name])").click();
    };
    const heading = (text) => page.getByRole("heading", { name: text }).waitFor();
    const begin = () => page.goto(`${base}${authorize}`);
    const signIn = async (password) => {
      await begin();
      await type("login", "astrid@fjordvik.example", "name");
      await page.locator("[name=passwd]").waitFor();
      await type("passwd", password, "password");
    };
    const answer = async () => {
      await page.waitForURL(`${APP}/**`);
      return answers.at(-1);
    };
    const protocol = await context.newCDPSession(page);
    return { page, context, protocol, look, button, type, heading, begin, signIn, answer };
  };
  const end = async () => {
    await browser.close();
    return { wrong, checked };
  };
  return { person, end };
};

export const AUTHENTICATOR = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};
