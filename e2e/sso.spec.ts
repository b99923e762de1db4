import type { Page } from "@playwright/test";
import { appCode } from "../tests/authenticator";
import { freePort, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { OIDC_CLIENT, Oidc } from "../tests/standins/oidc";
import { makeUser } from "./api";
import { forgetProofs } from "./proofs";
import { expect, test } from "./test";

// Use a separate server and a real OpenID provider, because the shared server is not configured for one.
const folder = temporaryFolder();
let issuer: Oidc;
let server: ServerProcess;
test.beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  issuer = await Oidc.start(`${url}/api/auth/sso/oidc/callback`);
  server = await startServer({
    ...{ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url },
    ...{ OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret },
    ...{ OIDC_NAME: "Example ID", OIDC_SCOPES: "openid profile email groups", OIDC_MODERATOR_GROUPS: "helpers" },
  });
});
test.afterAll(async () => {
  await server?.stop();
  await issuer?.close();
  removeFolder(folder);
});

let people = 0;
/** Sets the person who signs in at the issuer. */
function visitor(more: object = {}) {
  const name = `ada${++people}`;
  issuer.visitor = `sub-${name}`;
  const email = `${name}@example.org`;
  return issuer.add({ sub: issuer.visitor, preferred_username: name, email, email_verified: true, ...more });
}
const proceed = (page: Page) => page.getByRole("button", { name: "Continue with Example ID", exact: true }).click();
const authorize = (page: Page) => page.getByRole("link", { name: "Authorize", exact: true }).click();

test("continuing with the provider signs in and opens the requested page", async ({ page, watch }) => {
  // The only way in cannot be unlinked.
  watch.allow(/409/);
  visitor({ groups: ["helpers"] });
  await page.goto(`${server.url}/dashboard/logs?level=error`);
  await proceed(page);
  await authorize(page);
  await expect(page).toHaveURL(`${server.url}/dashboard/logs?level=error`);
  const cookies = await page.context().cookies(server.url);
  expect(cookies.find(({ name }) => name === "session_token")).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  const session = await page.request.get(`${server.url}/api/auth/session`);
  expect(await session.json()).toMatchObject({ user: { role: "moderator" } });
  await page.goto(`${server.url}/account`);
  const card = page
    .locator("section, div")
    .filter({ has: page.getByRole("heading", { name: "Sign-in providers", exact: true }) });
  await card.last().getByRole("button", { name: "Unlink", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink", exact: true }).click();
  await expect(page.getByText("only way into your account")).toBeVisible();
});

test("a refusal returns to the sign-in page with the reason", async ({ page }) => {
  visitor();
  await page.goto(`${server.url}/signup`);
  await proceed(page);
  await page.getByRole("link", { name: "Cancel", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/login?sso_error=denied`);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("You did not allow the sign-in");
});

test("an account with the same address is linked once its password is entered", async ({ page, watch }) => {
  watch.allow(/401/);
  const user = await makeUser(server.url);
  visitor({ email: user.email });
  await page.goto(`${server.url}/login`);
  await proceed(page);
  await authorize(page);
  await expect(page.getByRole("heading", { name: "Link to your account", exact: true })).toBeVisible();
  const enter = async (password: string) => {
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Link and sign in", exact: true }).click();
  };
  await enter("not this password");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("wrong");
  await enter(user.password);
  await expect(page).toHaveURL(`${server.url}/dashboard`);
});

test("an identity is linked on the account page after the password, and unlinked after a fresh proof", async ({
  page,
  watch,
}) => {
  // The refusal that asks for the proof.
  watch.allow(/403/);
  const user = await makeUser(server.url);
  visitor();
  await page.goto(`${server.url}/login?next=/account`);
  await page.getByLabel("Username or email", { exact: true }).fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Link Example ID", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Current password", { exact: true }).fill(user.password);
  await page.getByRole("dialog").getByRole("button", { name: "Continue", exact: true }).click();
  await authorize(page);
  await expect(page).toHaveURL(/\/account\?sso=linked/);

  forgetProofs(folder);
  await page.getByRole("button", { name: "Unlink", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink", exact: true }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you", exact: true });
  await proof.getByLabel("Current password", { exact: true }).fill(user.password);
  await proof.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByRole("button", { name: "Link Example ID", exact: true })).toBeVisible();
});

test("an account without a password sets up an authenticator app, and is deleted after a fresh sign-in", async ({
  page,
  watch,
}) => {
  // The refusal that asks for the proof, and what the page reads while its account is deleted.
  watch.allow(/status of (401|403)/, /WebSocket/);
  const { preferred_username: name = "" } = visitor();
  await page.goto(`${server.url}/login?next=/account`);
  await proceed(page);
  await authorize(page);
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  const setUp = page.getByRole("dialog", { name: "Set up an authenticator app", exact: true });
  await expect(setUp.getByLabel("Current password", { exact: true })).toHaveCount(0);
  await setUp.getByRole("button", { name: "Continue", exact: true }).click();
  const scan = page.getByRole("dialog", { name: "Scan this with your app", exact: true });
  await scan.getByText("You cannot scan it?").click();
  const secret = (await scan.getByRole("code").textContent()) ?? "";
  await scan.getByLabel("Code from the app", { exact: true }).fill(appCode(secret, Date.now()));
  await scan.getByRole("button", { name: "Turn on", exact: true }).click();
  const saved = page.getByRole("dialog", { name: "Two-factor authentication is on", exact: true });
  const [recoveryCode = ""] = ((await saved.getByRole("code").textContent()) ?? "").trim().split("\n");
  await saved.getByRole("button", { name: "I saved them", exact: true }).click();

  const card = page
    .locator("section, div")
    .filter({ has: page.getByRole("heading", { name: "Delete account", exact: true }) })
    .last();
  const deleteIt = async () => {
    await card.getByRole("button", { name: "Delete account", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: `Delete account ${name}`, exact: true });
    await dialog.getByRole("textbox").fill(name);
    await dialog.getByRole("button", { name: "Delete account", exact: true }).click();
  };
  forgetProofs(folder);
  await deleteIt();
  await expect(page.getByText("Sign out, sign in again, then repeat this.")).toBeVisible();

  await page.context().clearCookies();
  await page.goto(`${server.url}/login?next=/account`);
  await proceed(page);
  await authorize(page);
  await page.getByLabel("Code", { exact: true }).fill(recoveryCode);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await deleteIt();
  await expect(page.getByRole("heading", { name: "Account deleted", exact: true })).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/account-deleted`);
});
