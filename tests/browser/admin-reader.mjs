// node admin-reader.mjs JSON: a Security Reader opens the pages of policies, finds no button that
// changes anything, and gets nowhere with requests of his own.
import { flow } from "./flow.mjs";
import { opened, state } from "./admin-center.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const { page, look, heading, go } = await opened(await person(), asked, "rolf");
const buttons = [];
const noButton = async () => {
  const found = await page.locator("main form[method=post] button").allInnerTexts();
  const links = page.getByRole("link", { name: /^(Edit|Duplicate|New policy|Upload policy file)/ });
  buttons.push(...found, ...(await links.allInnerTexts()));
};
const policy = `/admin/policies/${asked.blocks}`;
await go("Policies", "Policies");
await noButton();
for (const path of ["/admin/policies/templates", "/admin/policies/deleted", `${policy}/versions`, `${policy}/versions/1`, policy]) {
  await page.goto(`${asked.base}${path}`);
  await noButton();
}
await look("policy-of-a-reader");
await heading("Block everybody");
// The value that forms need is in the one form that he has: signing out.
const csrf = await page.locator("header input[name=csrf]").inputValue();
const posted = [
  [`${policy}/state`, { state: "enabled" }],
  [`${policy}/edit`, { name: "Renamed" }],
  [`${policy}/delete`, {}],
  [`${policy}/versions/1/restore`, {}],
  ["/admin/policies/new", { name: "New", control: "mfa" }],
  ["/admin/policies/templates/c7503427-338e-4c5e-902d-abe252abfb43", {}],
];
const statuses = [];
for (const [path, form] of posted) {
  const answer = await page.request.post(`${asked.base}${path}`, {
    form: { csrf, ...form },
    headers: { origin: asked.base },
    ignoreHTTPSErrors: true,
  });
  statuses.push(answer.status());
}
await page.reload();
const now = await state(page);
console.log(JSON.stringify({ buttons, statuses, state: now, ...(await end()) }));
