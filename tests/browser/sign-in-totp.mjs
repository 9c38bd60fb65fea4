// node sign-in-totp.mjs JSON: name, password, a wrong and a right code, stay signed in, the app.
import { flow } from "./flow.mjs";

const asked = JSON.parse(process.argv[2]);
const { person, end } = await flow(asked);
const { page, look, type, heading, signIn, answer, button } = await person();
await signIn(asked.password);
await type("otp", "000000", "totp");
await page.getByRole("alert").waitFor();
await type("otp", asked.otp, "totp-refused");
await heading("Stay signed in?");
await look("stay");
await button("Yes").click();
const first = await answer();
const cookies = await page.context().cookies();
console.log(JSON.stringify({ first, cookies, ...(await end()) }));
