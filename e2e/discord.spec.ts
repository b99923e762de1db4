import { createServer } from "node:net";
import type { Page } from "@playwright/test";
import { appCode } from "../tests/authenticator";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { CLIENT, Discord, GUILD } from "../tests/standins/discord";
import { apiOf, makeUser, signIn } from "./api";
import { expect, signInByForm, test } from "./test";

const ROLES = { ADMIN_ROLE_ID: "111", MODERATOR_ROLE_ID: "222", LOOTLING_ROLE_ID: "333" };
const NELLY = { username: "nelly", email: "nelly@example.org", verified: true };

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

// Use a separate server and a local Discord, because the shared server is not configured for Discord.
const folder = temporaryFolder();
let discord: Discord;
let server: ServerProcess;
test.beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  discord = await Discord.start(`${url}/api/discord/callback`);
  server = await startServer({
    ...ROLES,
    DATA_DIR: folder,
    PORT: String(port),
    PUBLIC_URL: url,
    DISCORD_API_URL: discord.url,
    DISCORD_CLIENT_ID: CLIENT.id,
    DISCORD_CLIENT_SECRET: CLIENT.secret,
    DISCORD_GUILD_ID: GUILD,
  });
});
test.afterAll(async () => {
  await server?.stop();
  await discord?.close();
  removeFolder(folder);
});

let people = 0;
/** Sets the person who is signed in to Discord in this browser. */
function visitor(more: object = {}) {
  const id = String(90_000_000_000_000_000n + BigInt(++people));
  discord.visitor = id;
  return discord.add({ ...NELLY, username: `nelly${people}`, email: `nelly${people}@example.org`, id, ...more });
}
const continueWithDiscord = (page: Page) =>
  page.getByRole("button", { name: "Continue with Discord", exact: true }).click();

test("continuing with Discord signs in and opens the requested page", async ({ page }) => {
  const nelly = visitor({ roles: [ROLES.MODERATOR_ROLE_ID] });
  await page.goto(`${server.url}/dashboard/logs?level=error`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await continueWithDiscord(page);
  await expect(page.getByText(`Signed in as ${nelly.username}`)).toBeVisible();
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard/logs?level=error`);
  expect((await page.context().cookies()).find(({ name }) => name === "session_token")).toMatchObject({
    httpOnly: true,
    sameSite: "Lax",
  });
  expect(await page.evaluate(() => document.cookie)).not.toContain("session_token");

  // next-auth reads the same session and offers no sign-in of its own.
  const session = await page.request.get(`${server.url}/api/auth/session`);
  expect(await session.json()).toMatchObject({ user: { name: nelly.username, role: "moderator" } });
  expect(await (await page.request.get(`${server.url}/api/auth/providers`)).json()).toEqual({});
  const signin = await page.request.post(`${server.url}/api/auth/signin/discord`, { form: {}, maxRedirects: 0 });
  expect(`${signin.status()} ${signin.headers().location} ${await signin.text()}`).not.toContain("oauth2/authorize");

  // A moderator reads the list of users and changes nobody.
  await page.goto(`${server.url}/admin`);
  await expect(page.getByRole("row").filter({ hasText: nelly.email })).toContainText("moderator");
  await expect(page.getByRole("button", { name: "Deactivate", exact: false })).toHaveCount(0);
  await expect(page.getByRole("navigation").getByRole("link", { name: "System", exact: false })).toHaveCount(0);
});

test("refusals return to the sign-in page with the reason", async ({ page }) => {
  const problem = page.getByRole("main").getByRole("alert");
  visitor({ roles: [] });
  await page.goto(`${server.url}/login`);
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(problem).toContainText("members of its Discord guild");
  await expect(page).toHaveURL(`${server.url}/login?error=role`);

  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Cancel", exact: true }).click();
  await expect(problem).toContainText("You did not allow the sign-in");

  discord.trouble({ path: /token$/, status: 500 });
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(problem).toContainText("could not be reached");

  await page.goto(`${server.url}/login?error=nothing-known`);
  await expect(page.getByRole("button", { name: "Continue with Discord", exact: true })).toBeVisible();
  await expect(problem).toHaveCount(0);
});

test("a sign-in that another browser began, or that was used before, is refused", async ({ page, browser, watch }) => {
  visitor({ roles: [ROLES.LOOTLING_ROLE_ID] });
  await page.goto(`${server.url}/signup`);
  const back = page.waitForRequest(/\/api\/discord\/callback/);
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  const used = (await back).url();

  const other = await browser.newContext();
  watch.add(other);
  const theirs = await other.newPage();
  await theirs.goto(used);
  await expect(theirs).toHaveURL(`${server.url}/login?error=state`);
  await expect(theirs.getByRole("main").getByRole("alert")).toContainText("Begin again");
  await other.close();
});

test("an account with two-factor authentication is asked for its code after Discord", async ({ page, watch }) => {
  watch.allow(/status of 401/);
  const user = await makeUser(server.url);
  const nelly = visitor({ roles: [ROLES.LOOTLING_ROLE_ID] });
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Username or email", { exact: true }).fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  await page.goto(`${server.url}/account`);
  await page.getByRole("button", { name: "Link Discord", exact: true }).click();
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/account?discord=linked`);
  await expect(page.getByText(nelly.id).first()).toBeVisible();
  const { secret } = await user.api.post("/api/auth/second-factor", { password: user.password });
  await user.api.post("/api/auth/second-factor/confirm", { otp: appCode(secret, Date.now()) });

  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto(`${server.url}/dashboard/logs`);
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Enter your code", exact: true })).toBeVisible();
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain("session_token");
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText(/wrong, too old, or was used already/)).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(appCode(secret, Date.now() + 30_000));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard/logs`);
});

test("an invited person accepts with Discord and gets the role of the invitation", async ({ page, watch }) => {
  // The look-up of the invitation that was used.
  watch.allow(/status of 400/);
  const admin = await signIn(server.url, ADMIN);
  const invite = async (email: string): Promise<string> =>
    (await admin.post("/api/invitations", { email, role: "moderator" })).link;
  const accept = async (link: string) => {
    await page.goto(link);
    await expect(page.getByText("invited you to this server as a moderator.")).toBeVisible();
    await continueWithDiscord(page);
    await page.getByRole("link", { name: "Authorize", exact: true }).click();
  };
  const nelly = visitor({ roles: [ROLES.LOOTLING_ROLE_ID] });
  await accept(await invite(`not-${nelly.email}`));
  await expect(page).toHaveURL(`${server.url}/invite?error=invitation-address`);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("for another email address");

  const link = await invite(nelly.email!);
  await accept(link);
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  const session = await page.request.get(`${server.url}/api/auth/session`);
  expect(await session.json()).toMatchObject({ user: { name: nelly.username, role: "moderator" } });
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This invitation no longer works", exact: true })).toBeVisible();
});

test("an account is linked and unlinked on its page", async ({ page }) => {
  const user = await makeUser(server.url);
  const nelly = visitor({ email: user.email, roles: [ROLES.LOOTLING_ROLE_ID] });
  // The same e-mail address does not link the accounts.
  await page.goto(`${server.url}/login`);
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("link Discord on the account page");

  await page.getByLabel("Username or email", { exact: true }).fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  await page.goto(`${server.url}/account`);
  await page.getByRole("button", { name: "Link Discord", exact: true }).click();
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/account?discord=linked`);
  await expect(page.getByText(nelly.id).first()).toBeVisible();

  // Leave the page first: it would notice that it is signed out and open the sign-in page itself.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto(`${server.url}/login`);
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  await page.goto(`${server.url}/account`);
  await expect(page.getByText(`Signed in as ${user.username} (user)`)).toBeVisible();
  await page.getByRole("button", { name: "Unlink", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink", exact: true }).click();
  await expect(page.getByRole("button", { name: "Link Discord", exact: true })).toBeVisible();
});

test("a person without a password cannot unlink Discord", async ({ page }) => {
  visitor({ roles: [ROLES.LOOTLING_ROLE_ID] });
  await page.goto(`${server.url}/login`);
  await continueWithDiscord(page);
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  await page.goto(`${server.url}/account`);
  await expect(page.getByText("This is your only way to sign in")).toBeVisible();
  await expect(page.getByRole("button", { name: "Unlink", exact: true })).toBeDisabled();
  await page.getByRole("link", { name: "Set a password", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Reset your password", exact: true })).toBeVisible();
});

test("a token that another client's sign-in left in the address is removed", async ({ page }) => {
  visitor({ roles: [ROLES.LOOTLING_ROLE_ID] });
  const begun = await page.request.get(`${server.url}/api/discord/auth`);
  await page.goto((await begun.json()).auth_url);
  const landing = page.waitForRequest((request) => request.url().startsWith(`${server.url}/dashboard`));
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await landing;
  await expect(page.getByRole("heading", { name: "Overview", exact: true })).toBeVisible();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
});

test("sign-in with Discord is hidden when it is not configured", async ({ page, user, url }) => {
  await page.goto("/login");
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Continue with Discord", exact: false })).toHaveCount(0);
  expect(await apiOf(url).status("/api/discord/auth")).toBe(503);
  await signInByForm(page, user);
  await expect(page).toHaveURL("/dashboard");
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Sessions", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Discord", exact: false })).toHaveCount(0);
});
