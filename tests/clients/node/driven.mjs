// What the scripts of this folder share: questions come as lines of JSON, answers go as lines.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export const SERVED = JSON.parse(process.env.OSTIARY_SERVED);
export const HOST = new URL(SERVED.login).host;
export const AUTHORITY = `${SERVED.login}/${SERVED.tenant}`;
export const CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
export const MANAGEMENT = "https://management.azure.com/.default";

/** Read the claims of a token, as a resource would after it checked the signature. */
export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}

/** Let the bot open an address; gives what it saw. */
export function browse(address, browser, answers = {}) {
  const told = { ...JSON.parse(browser), print: true };
  Object.assign(told.answers, answers);
  const [program, script] = SERVED.bot;
  const bot = spawn(program, [script, address], {
    env: { ...process.env, OSTIARY_BOT: JSON.stringify(told) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  bot.stdout.on("data", (part) => (text += part));
  return new Promise((resolve, reject) => {
    bot.on("error", reject);
    bot.on("close", () => resolve(JSON.parse(text)));
  });
}

/** Let the next browser that a client opens type these answers. */
export function tellBrowser(browser) {
  process.env.OSTIARY_BOT = browser;
}

/** Answer questions with these functions until there are no more. */
export async function answer(doing) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, ...question } = JSON.parse(line);
    let found;
    try {
      found = await doing[name](question);
    } catch (error) {
      found = {
        raised: error.name,
        text: error.message,
        code: error.errorCode ?? error.code ?? error.error,
        claims: error.claims,
        suberror: error.subError ?? error.suberror,
      };
    }
    process.stdout.write(`${JSON.stringify(found)}\n`);
  }
}
