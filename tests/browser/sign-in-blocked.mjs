// node sign-in-blocked.mjs JSON: a sign-in that a policy blocks, and the way back to the app.
import { flow } from "./flow.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const { page, look, heading, signIn, answer, button } = await person();
await signIn(asked.password);
await heading("Your organization blocks this sign-in");
await look("blocked");
const shown = await page.locator("main").innerText();
await button("Return to Microsoft Azure CLI").click();
const told = await answer();
console.log(JSON.stringify({ shown, told, ...(await end()) }));
