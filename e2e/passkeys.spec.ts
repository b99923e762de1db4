/** Passkeys in a real browser, whose virtual authenticator (CDP WebAuthn) answers as a device with a fingerprint reader does. */
import type { Browser, Page } from "@playwright/test";
import { freePort, removeFolder, startServer, temporaryFolder } from "../tests/process";
import { makeUser } from "./api";
import { addAuthenticator } from "./authenticator";
import { forgetProofs } from "./proofs";
import { expect, test, type Watch } from "./test";

let server: Awaited<ReturnType<typeof startServer>>;
let url: string;
let folder: string;

// Browsers allow no passkeys on addresses in numbers, so this server is reached by a name.
test.beforeAll(async () => {
  folder = temporaryFolder();
  const port = await freePort();
  url = `http://localhost:${port}`;
  server = await startServer({ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url });
});
test.afterAll(async () => {
  await server.stop();
  removeFolder(folder);
});

const offerByAutofill = (page: Page) => page.evaluate(() => localStorage.setItem("autofill", "on"));

async function signedIn(page: Page, person: { username: string; password: string }): Promise<void> {
  const data = { username: person.username, password: person.password };
  expect((await page.context().request.post(`${url}/api/auth/login`, { data })).status()).toBe(200);
}

const isOpen = (page: Page) => expect(page).toHaveURL(/\/dashboard$/);
async function newPage(browser: Browser, watch: Watch): Promise<Page> {
  const context = await browser.newContext({ baseURL: url });
  watch.add(context);
  return context.newPage();
}

test("a passkey is added, signs in alone, is renamed, answers a proof, and is removed", async ({ browser, watch }) => {
  watch.allow(/status of (400|401|403)/);
  const page = await newPage(browser, watch);
  const person = await makeUser(url);
  await addAuthenticator(page);
  await signedIn(page, person);
  await page.goto(`${url}/account`);
  await expect(page.getByText("Sign in with your fingerprint")).toBeVisible();
  await page.getByRole("button", { name: "Add passkey", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("My laptop");
  await dialog.getByRole("button", { name: "Add passkey", exact: true }).click();
  await expect(dialog.getByRole("heading", { name: "Your passkey is ready", exact: true })).toBeVisible();
  const codes = ((await dialog.getByRole("code").textContent()) ?? "").trim().split("\n");
  expect(codes).toHaveLength(10);
  await dialog.getByRole("button", { name: "I saved them", exact: true }).click();
  // The activity below names the passkey too.
  const passkey = (name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("button", { name: `Rename ${name}`, exact: true }) });
  const row = passkey("My laptop");
  await expect(row).toContainText("never");

  // The same device is refused a second passkey for the same account.
  await page.getByRole("button", { name: "Add passkey", exact: true }).click();
  await dialog.getByRole("button", { name: "Add passkey", exact: true }).click();
  await expect(dialog.getByText("This device already has a passkey for your account.")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel", exact: true }).click();

  await page.context().clearCookies();
  await page.goto(`${url}/login`);
  await page.getByRole("button", { name: "Sign in with a passkey", exact: true }).click();
  await isOpen(page);

  await page.goto(`${url}/account`);
  await expect(row).not.toContainText("never");
  await row.getByRole("button", { name: "Rename My laptop", exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Work laptop");
  await dialog.getByRole("button", { name: "Rename", exact: true }).click();
  const renamed = passkey("Work laptop");
  // Fifteen minutes later the removal asks for a proof, which a closed dialog does not give.
  forgetProofs(folder);
  await renamed.getByRole("button", { name: "Remove Work laptop", exact: true }).click();
  await dialog.getByRole("button", { name: "Remove passkey", exact: true }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you", exact: true });
  await proof.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(dialog.getByText("You did not confirm that it is you, so nothing was done.")).toBeVisible();
  await dialog.getByRole("button", { name: "Remove passkey", exact: true }).click();
  await proof.getByLabel("Current password", { exact: true }).fill("not my password");
  await proof.getByLabel("Code", { exact: true }).fill(codes[0]!);
  await proof.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(proof.getByText("This is not your password.")).toBeVisible();
  await proof.getByRole("button", { name: "Use a passkey", exact: true }).click();
  await expect(page.getByText("Sign in with your fingerprint")).toBeVisible();
  await page.context().close();
});

test("a password asks for the passkey or a recovery code, and autofill offers the passkey", async ({
  browser,
  watch,
}) => {
  watch.allow(/status of 401/);
  const page = await newPage(browser, watch);
  const person = await makeUser(url);
  await addAuthenticator(page);
  await signedIn(page, person);
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Add passkey", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add passkey", exact: true }).click();
  const codes = ((await dialog.getByRole("code").textContent()) ?? "").trim().split("\n");
  await dialog.getByRole("button", { name: "I saved them", exact: true }).click();

  const enterPassword = async () => {
    await page.context().clearCookies();
    await page.goto(`${url}/login`);
    await page.getByLabel("Username or email", { exact: true }).fill(person.username);
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Use your passkey or a code", exact: true })).toBeVisible();
  };
  await enterPassword();
  await page.getByRole("button", { name: "Sign in with a passkey", exact: true }).click();
  await isOpen(page);

  await enterPassword();
  await page.getByLabel("Code", { exact: true }).fill(codes[0]!);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await isOpen(page);

  // The browser's autofill list: the authenticator takes the offer.
  await offerByAutofill(page);
  await page.context().clearCookies();
  await page.goto(`${url}/login`, { waitUntil: "commit" }).catch(() => undefined);
  await isOpen(page);
  await page.context().close();
});
