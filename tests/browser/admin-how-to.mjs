// node admin-how-to.mjs JSON: the founding how-to at a real server, in its own order and words:
// from a sign-in with an authenticator app to the policy that is On, and to who meets it then.
import { flow } from "./flow.mjs";
import { opened, state, totp } from "./admin-center.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const NAME = "CA01 Require MFA for Azure management";

// A user of the tools that manage resources: a password is enough, or it is not any more.
const berit = async () => {
  const { page, type, button, answer, context } = await person();
  await page.goto(`${asked.base}${asked.client}`);
  await type("login", "berit@fjordvik.example");
  await type("passwd", asked.password);
  const code = page.locator("[name=otp]");
  const stay = page.getByRole("heading", { name: "Stay signed in?" });
  await code.or(stay).waitFor();
  const challenged = await code.isVisible();
  if (challenged) await type("otp", totp(asked.apps.berit));
  await stay.waitFor();
  await button("No").click();
  const { code: given } = await answer();
  await context.close();
  if (!given) throw new Error("the client got no code");
  return challenged ? "challenged" : "let in";
};
const before = await berit();

// 1. Sign in to the admin center as a Conditional Access Administrator.
const one = await person();
const { page, look, button, heading, go } = await opened(one, asked, "hedda");
// 2. Conditional Access > Policies.  3. New policy.  4. Name it.
await go("Policies", "Policies");
await look("story-policies");
await go("New policy", "New policy");
await page.getByRole("textbox", { name: "Name", exact: true }).fill(NAME);
// 5. Users or workload identities: Include > All users; Exclude > the emergency access accounts.
const part = (name) => page.locator(`#section-${name}`);
const users = part("identities");
await users.getByLabel("All users").check();
await users.getByRole("tab", { name: "Exclude" }).click();
const excluded = await users.locator(".chip:visible bdi:first-child").allInnerTexts();
// 6. Target resources > Resources (formerly cloud apps) > Include > Select resources > Select.
const targets = part("targets");
const picker = page.getByRole("dialog");
await targets.getByRole("radio", { name: "Select resources" }).check();
await targets.getByRole("button", { name: "Select specific resources" }).click();
await picker.getByRole("searchbox", { name: "Search" }).fill("Windows Azure Service");
await picker.getByRole("checkbox", { name: /Windows Azure Service Management API/ }).first().check();
await picker.getByRole("button", { name: "Select", exact: true }).click();
// 7. Access controls > Grant > Grant access, Require multifactor authentication > Select.
await page.getByLabel("Grant access").check();
await page.getByLabel("Require multifactor authentication", { exact: true }).check();
await page.locator("details.part", { hasText: "Grant" }).first().getByRole("button", { name: "Select", exact: true }).click();
// 8. Enable policy: Report-only.  9. Create.
const preselected = await page.getByLabel("Report-only").isChecked();
// What stands beside the form follows what is chosen in it.
await page.getByText("The policy cannot be saved yet").waitFor({ state: "hidden" });
await look("story-form");
await button("Create").click();
await heading(NAME);
await page.getByRole("status").first().waitFor();
const created = await state(page);
await look("story-created");
// 10. Judge it by policy impact, then move Enable policy from Report-only to On.
await page.getByRole("link", { name: "Policy impact" }).click();
const prompted = page.locator("li.newlyPrompted strong").first();
while (!(await prompted.isVisible())) await page.reload();
const impact = await prompted.innerText();
await look("story-impact");
await button("Turn on").click();
await page.getByText("The policy is On.").first().waitFor();
await go(NAME, NAME);
const on = await state(page);
const after = await berit();
console.log(
  JSON.stringify({ before, excluded, preselected, created, impact, on, after, ...(await end()) }),
);
