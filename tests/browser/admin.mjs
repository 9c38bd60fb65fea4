// node admin.mjs JSON: signs in to the admin center with an authenticator app, makes a policy from a
// template, moves it to On, and looks at every page on the way.
import { flow } from "./flow.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow({ ...asked, authorize: "/admin/" });
const { page, look, button, type, heading, signIn } = await person();
const go = async (link, title) => {
  await page.getByRole("link", { name: link, exact: true }).first().click();
  await heading(title);
};
await signIn(asked.password);
await type("otp", asked.otp);
await heading("Stay signed in?");
await button("No").click();
await heading("Policies");
await look("policies");
await go("New policy from template", "New policy from template");
await look("policies-templates");
await button("Create policy ⁨Require multifactor authentication for Azure management⁩").click();
await heading(/Require multifactor authentication for Azure management/);
await look("policy-created");
const born = await page.getByLabel("Report-only").isChecked();
await page.getByLabel("On", { exact: true }).check();
await button("Save").click();
await page.getByRole("status").waitFor();
const on = await page.getByLabel("On", { exact: true }).isChecked();
await go("Policies", "Policies");
await page.getByLabel("Search").fill("nothing has this name");
await button("Apply").click();
await heading("Policies");
await look("policies-none");
await go("Named locations", "Named locations");
await look("named-locations");
await go("Sign-in logs", "Sign-in logs");
await look("sign-ins");
await page.locator("tbody a").first().click();
await heading("Sign-in details");
await look("sign-in");
await button("Sign out").click();
await page.waitForURL(/logout|signed-out|\/oauth2\//);
console.log(JSON.stringify({ born, on, ...(await end()) }));
