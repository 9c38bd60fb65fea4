// node admin-policies.mjs JSON: a refusal of the lockout guard, a template, What If, versions, files
// and deleted policies, at a real server.
import { readFileSync } from "node:fs";
import { flow } from "./flow.mjs";
import { opened, state } from "./admin-center.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const { page, look, button, heading, go } = await opened(await person(), asked, "carla");
const TEMPLATE = "Require multifactor authentication for Azure management";
const notice = () => page.getByRole("status").first().waitFor();

// Nobody is locked out by mistake.
await page.goto(`${asked.base}/admin/policies/${asked.blocks}`);
await page.getByLabel("On", { exact: true }).check();
await button("Save").click();
const refused = await page.getByRole("alert").innerText();
await look("policy-refused");
// A policy from a template, in report-only.
await go("Policies", "Policies");
await go("New policy from template", "New policy from template");
await page.getByRole("link", { name: "Protect administrator" }).click();
await page.getByRole("link", { name: "All", exact: true }).click();
await page.locator("summary", { hasText: "Settings" }).first().click();
await look("templates");
await button(`Create policy ⁨${TEMPLATE}⁩`).click();
await heading(TEMPLATE);
const deployed = await state(page);
// What If: would it apply to her?
await go("What If", "What If");
await page.getByLabel("User name or object ID").fill("berit@fjordvik.example");
await page.getByLabel("Resource, by name").fill("Windows Azure Service Management API");
await button("What If").click();
await heading(/will apply/);
const applies = await page.locator("section", { hasText: /Policies that will apply/ }).first().innerText();
// Changed, and brought back by one of its versions.
await go("Policies", "Policies");
await look("policies");
await go(TEMPLATE, TEMPLATE);
await page.getByLabel("Off", { exact: true }).check();
await button("Save").click();
await notice();
await go("Versions", /Versions of/);
await look("policy-versions");
await button("Compare").click();
await page.getByRole("heading", { name: /From version/ }).waitFor();
await go("Version 1", /Version .* of/);
const difference = await page.locator("section", { hasText: "What restoring would change" }).innerText();
await look("policy-version");
await button("Restore this version").click();
await notice();
const restored = await state(page);
// Downloaded, and uploaded again after a review.
const [download] = await Promise.all([
  page.waitForEvent("download"),
  page.getByRole("link", { name: "Download JSON" }).click(),
]);
const text = readFileSync(await download.path(), "utf8");
await go("Policies", "Policies");
await go("Upload policy file", "Upload policy file");
await look("policy-upload");
await page.getByLabel("Policy file (JSON)").setInputFiles({
  name: "one.json",
  mimeType: "application/json",
  buffer: Buffer.from(text.replace(TEMPLATE, "CA02 From a file")),
});
await button("Review").click();
await heading("Review the policies of the file");
await look("policy-upload-review");
await button("Create").click();
await heading("CA02 From a file");
const uploaded = await state(page);
// A copy is filled in, and not saved; the original goes, and comes back.
await go("Duplicate", "New policy");
const copied = await page.getByRole("textbox", { name: "Name", exact: true }).inputValue();
await go("Policies", "Policies");
await go("CA02 From a file", "CA02 From a file");
await page.locator("summary", { hasText: "Delete policy" }).click();
await button("Delete policy").click();
await notice();
await go("Deleted policies", "Deleted policies");
await look("deleted-policies");
await go("CA02 From a file", "CA02 From a file");
await look("deleted-policy");
await page.getByRole("link", { name: "Delete permanently" }).click();
await heading(/permanently/);
await look("purge-policy");
await page.getByRole("link", { name: "Keep it" }).click();
await button("Restore policy").click();
await notice();
const back = await state(page);
// What a browser says of an answer that is a refusal, where one was expected.
const CONFLICT = "console: Failed to load resource: the server responded with a status of 409 (Conflict)";
const { wrong, checked } = await end();
console.log(
  JSON.stringify({
    refused,
    deployed,
    applies,
    difference,
    restored,
    file: download.suggestedFilename(),
    uploaded,
    copied,
    back,
    wrong: wrong.filter((each) => each !== CONFLICT),
    checked,
  }),
);
