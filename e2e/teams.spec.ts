/** Teams and sharing in two browsers: an invited person gets one bot for a day, and loses it while looking at it. */
import type { Browser, Page } from "@playwright/test";
import { appCode } from "../tests/authenticator";
import { freePort, removeFolder, startServer, temporaryFolder } from "../tests/process";
import { apiOf, type Bot, fresh, type Login, makeBot, makeUser } from "./api";
import { addAuthenticator } from "./authenticator";
import { ADMIN } from "./people";
import { sharesTag } from "./shared-tags";
import { expect, expectLive, test, type Watch } from "./test";

/** A page of a browser of its own, signed in if `who` is given. */
async function browserOf(browser: Browser, watch: Watch, baseURL: string, who?: Login): Promise<Page> {
  const context = await browser.newContext({ baseURL });
  watch.add(context);
  if (who) {
    const { username, password } = who;
    const reply = await context.request.post("/api/auth/login", { data: { username, password } });
    expect(reply.status()).toBe(200);
  }
  return context.newPage();
}

async function invite(admin: Page): Promise<string> {
  await admin.goto("/admin");
  await admin.getByRole("button", { name: "Invite person", exact: true }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create invitation", exact: true }).click();
  const link = new URL((await dialog.getByRole("code").textContent()) ?? "");
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  return link.pathname + link.search;
}

async function accept(guest: Page, link: string): Promise<Login> {
  const username = fresh("guest");
  const password = "a long password of a guest";
  await guest.goto(link);
  await guest.getByLabel("Username", { exact: true }).fill(username);
  await guest.getByLabel("Email", { exact: true }).fill(`${username}@example.org`);
  await guest.getByLabel("Password", { exact: true }).fill(password);
  await guest.getByRole("button", { name: "Create account", exact: true }).click();
  await expect(guest).toHaveURL(/\/dashboard$/);
  return { username, password };
}

/** Adds an authenticator app and a passkey, and signs in with the passkey. */
async function addFactors(guest: Page, { password }: Login): Promise<void> {
  await guest.goto("/account");
  await guest.getByRole("button", { name: "Set up", exact: true }).click();
  const dialog = guest.getByRole("dialog");
  await dialog.getByLabel("Current password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Continue", exact: true }).click();
  await dialog.getByText("You cannot scan it?").click();
  const secret = (await dialog.getByRole("code").textContent()) ?? "";
  await dialog.getByLabel("Code from the app", { exact: true }).fill(appCode(secret, Date.now()));
  await dialog.getByRole("button", { name: "Turn on", exact: true }).click();
  await dialog.getByRole("button", { name: "I saved them", exact: true }).click();

  await guest.getByRole("button", { name: "Add passkey", exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("My phone");
  await dialog.getByRole("button", { name: "Add passkey", exact: true }).click();
  await expect(guest.getByRole("button", { name: "Rename My phone", exact: true })).toBeVisible();
  await expect(dialog).toHaveCount(0);

  await guest.context().clearCookies();
  await guest.goto("/login");
  await guest.getByRole("button", { name: "Sign in with a passkey", exact: true }).click();
  await expect(guest).toHaveURL(/\/dashboard$/);
}

/** Makes a bot with a log line and a waiting command that carry its name. */
async function makeTalker(owner: Awaited<ReturnType<typeof makeUser>>["api"], name: string): Promise<Bot> {
  const bot = await makeBot(owner, name);
  await apiOf(owner.url, bot.token).post(`/api/bot/${bot.id}/logs`, [{ type: "info", message: `${name} has started` }]);
  await owner.post(`/api/bot/${bot.id}/send-command`, { type: "ping" });
  return bot;
}

async function seesOneAlone(guest: Page, shared: string, hidden: { name: string; bot: Bot }): Promise<void> {
  const content = guest.locator("#content");
  await guest.goto("/dashboard/bots");
  const bots = guest.getByRole("table", { name: "Bots", exact: true });
  await expect(bots.getByRole("row").filter({ hasText: shared })).toContainText("shared with you");
  await expect(bots.getByRole("row")).toHaveCount(2);
  await guest.goto("/dashboard/logs");
  await expect(content.getByText(`${shared} has started`)).toBeVisible();
  await expect(content.getByText(`${hidden.name} has started`)).toHaveCount(0);
  await guest.goto("/dashboard/commands");
  await expect(content.getByRole("link", { name: shared, exact: true }).first()).toBeVisible();
  await expect(content.getByText(hidden.name)).toHaveCount(0);

  await expectLive(guest);
  await guest.keyboard.press("Control+k");
  const palette = guest.getByRole("dialog", { name: "Search", exact: true });
  await palette.getByRole("combobox").fill(shared);
  await expect(palette.getByRole("option", { name: new RegExp(`^${shared} `) })).toBeVisible();
  await palette.getByRole("combobox").fill(hidden.name);
  await expect(palette.getByRole("option", { name: shared, exact: false })).toHaveCount(0);
  await expect(palette.getByRole("option", { name: hidden.name, exact: false })).toHaveCount(0);
  await guest.keyboard.press("Escape");
  await guest.goto(`/dashboard/bots/${hidden.bot.id}`);
  await expect(guest.getByText("Bot not found")).toBeVisible();
}

test("an invited guest with two factors sees one shared bot, and that access to it ends", async ({
  browser,
  watch,
}) => {
  // The guest has no passkey at first, and no such bot at last.
  watch.allow(/status of (401|404)/);
  const folder = temporaryFolder();
  const port = await freePort();
  // Browsers allow no passkeys on addresses in numbers.
  const url = `http://localhost:${port}`;
  const env = { API_ADMIN_USER: ADMIN.username, API_ADMIN_PASS: ADMIN.password };
  const server = await startServer({ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url, ...env });
  const pages: Page[] = [];
  const open = async (who?: Login) => {
    const page = await browserOf(browser, watch, url, who);
    pages.push(page);
    return page;
  };
  try {
    const guest = await open();
    await addAuthenticator(guest);
    const person = await accept(guest, await invite(await open(ADMIN)));
    await addFactors(guest, person);

    const owner = await makeUser(url, "owner");
    const bot = await makeTalker(owner.api, "Music Box");
    const hidden = await makeTalker(owner.api, "Night Watch");
    const home = await open(owner);
    await home.goto(`/dashboard/bots/${bot.id}?tab=sharing`);
    await expect(home.getByText("You own this bot.")).toBeVisible();
    await home.getByRole("button", { name: "Share bot", exact: true }).click();
    const dialog = home.getByRole("dialog");
    await dialog.getByLabel("Username", { exact: true }).fill(person.username);
    await dialog.getByLabel("Access ends", { exact: true }).selectOption("In 1 day");
    await dialog.getByRole("button", { name: "Share bot", exact: true }).click();
    const row = home
      .getByRole("table", { name: "Shared with", exact: true })
      .getByRole("row")
      .filter({ hasText: person.username });
    await expect(row).toContainText("viewer");

    await seesOneAlone(guest, "Music Box", { name: "Night Watch", bot: hidden });

    await guest.goto(`/dashboard/bots/${bot.id}?tab=logs`);
    await expect(guest.getByText("Music Box has started")).toBeVisible();
    await expectLive(guest);
    await row.getByRole("button", { name: `End access of ${person.username}`, exact: true }).click();
    await dialog.getByRole("button", { name: "End access", exact: true }).click();
    const notice = guest.getByRole("alert").filter({ hasText: "Your access to Music Box has ended" });
    await expect(notice).toBeVisible();
    await expect(guest.getByText("Music Box has started")).toHaveCount(0);
    await notice.getByRole("link", { name: "View your bots", exact: true }).click();
    await expect(guest.getByRole("main").getByText("No bots yet")).toBeVisible();
    await expect(home.getByText("Not shared", { exact: true })).toBeVisible();

    await sharesTag(home, { owner: owner.api, bot, guest, username: person.username });
  } finally {
    for (const page of pages) await page.context().close();
    await server.stop();
    removeFolder(folder);
  }
});

test("a team is created, gets a member and a bot, and its page closes for somebody removed", async ({
  home,
  url,
  windowOf,
  watch,
}) => {
  watch.allow(/status of (404|409)/);
  const member = await makeUser(url, "member");
  const dialog = home.getByRole("dialog");
  await home.goto("/dashboard/teams");
  await home.getByRole("button", { name: "Create team", exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Night shift");
  await dialog.getByRole("button", { name: "Create team", exact: true }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Night shift", exact: true })).toBeVisible();
  await expect(home.getByText("1 member. You are an owner.")).toBeVisible();

  await home.getByRole("button", { name: "Add member", exact: true }).click();
  await dialog.getByLabel("Username", { exact: true }).fill("nobody-of-this-name");
  await dialog.getByRole("button", { name: "Add member", exact: true }).click();
  await expect(dialog.getByText("No user nobody-of-this-name")).toBeVisible();
  await dialog.getByLabel("Username", { exact: true }).fill(member.username);
  await dialog.getByLabel("Role", { exact: true }).selectOption("viewer");
  await dialog.getByRole("button", { name: "Add member", exact: true }).click();
  const role = home.getByLabel(`Role of ${member.username}`, { exact: true });
  await expect(role).toHaveValue("viewer");
  await role.selectOption("operator");
  await expect(home.getByText(`${member.username} is now an operator`)).toBeVisible();
  await expect(role).toHaveValue("operator");

  const teamPage = home.url();
  await home.goto("/dashboard/bots?new=1");
  await dialog.getByLabel("Name", { exact: true }).fill("Team Bot");
  await dialog.getByLabel("Owner", { exact: true }).selectOption("Team Night shift");
  await dialog.getByRole("button", { name: "Create bot", exact: true }).click();
  await dialog.getByRole("link", { name: "Open bot", exact: true }).click();
  await expect(home.locator("#content").getByRole("link", { name: "Night shift", exact: true })).toBeVisible();
  await home.goto("/dashboard/bots");
  await expect(home.getByRole("row").filter({ hasText: "Team Bot" })).toContainText("Night shift");

  const other = await windowOf(member);
  await other.goto(teamPage);
  await expect(other.getByText("2 members. You are an operator.")).toBeVisible();
  await expect(other.getByRole("link", { name: "Team Bot", exact: true })).toBeVisible();
  await expect(other.getByRole("button", { name: "Add member", exact: false })).toHaveCount(0);
  await expectLive(other);

  await home.goto(teamPage);
  await expect(home.getByRole("row").filter({ hasText: "Change team member" })).toContainText("Night shift");
  await home.getByRole("button", { name: "More actions for this team", exact: true }).click();
  await home.getByRole("menuitem", { name: "Rename team", exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Day shift");
  await dialog.getByRole("button", { name: "Rename team", exact: true }).click();
  await expect(home.getByRole("heading", { level: 1, name: "Day shift", exact: true })).toBeVisible();
  await home.getByRole("button", { name: "More actions for this team", exact: true }).click();
  await home.getByRole("menuitem", { name: "Delete team", exact: true }).click();
  await expect(dialog.getByText("The team owns 1 bot. Delete or transfer it first.")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel", exact: true }).click();

  await home.getByRole("button", { name: `Remove ${member.username}`, exact: true }).click();
  await dialog.getByRole("button", { name: "Remove member", exact: true }).click();
  await expect(other.getByRole("alert").filter({ hasText: "Your access to team" })).toBeVisible();
  await other.getByRole("link", { name: "View your teams", exact: true }).click();
  await expect(other.getByText("No teams yet")).toBeVisible();

  await home.getByRole("link", { name: "Team Bot", exact: true }).click();
  await home.getByRole("link", { name: "Danger", exact: true }).click();
  await home.getByRole("button", { name: "Transfer bot…", exact: true }).click();
  await dialog.getByLabel("New owner", { exact: true }).selectOption("You alone");
  await dialog.getByRole("button", { name: "Transfer bot", exact: true }).click();
  await expect(home.getByText("Team Bot has a new owner")).toBeVisible();
  await expect(home.locator("#content").getByRole("link", { name: "Day shift", exact: false })).toHaveCount(0);
  await home.goto(teamPage);
  await home.getByRole("button", { name: "More actions for this team", exact: true }).click();
  await home.getByRole("menuitem", { name: "Delete team", exact: true }).click();
  await dialog.getByLabel(/to confirm/).fill("Day shift");
  await dialog.getByRole("button", { name: "Delete team", exact: true }).click();
  await expect(home).toHaveURL("/dashboard/teams");
  await expect(home.getByText("No teams yet")).toBeVisible();
});

test("a team's service key is created, used, rotated and revoked", async ({ home, url }) => {
  const dialog = home.getByRole("dialog");
  await home.goto("/dashboard/teams");
  await home.getByRole("button", { name: "Create team", exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Deploy team");
  await dialog.getByRole("button", { name: "Create team", exact: true }).click();
  await expect(home.getByText("No service keys")).toBeVisible();

  await home.getByRole("button", { name: "Create key", exact: true }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("deploy script");
  await dialog.getByRole("button", { name: "Create key", exact: true }).click();
  await expect(dialog.getByText("Choose at least one scope.")).toBeVisible();
  await dialog.getByRole("checkbox", { name: "bots:read", exact: true }).click();
  await expect(dialog.getByText("Choose at least one scope.")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Create key", exact: true }).click();
  await expect(dialog.getByText("Your new service key")).toBeVisible();
  // The hint below the key is code too.
  const secret = (await dialog.getByRole("code").first().textContent()) ?? "";
  expect(secret).toMatch(/^mt_/);
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  const row = home
    .getByRole("table", { name: "Service keys", exact: true })
    .getByRole("row")
    .filter({ hasText: "deploy script" });
  await expect(row).toContainText("bots:read");
  const statusOf = async (key: string) =>
    (await home.request.get(`${url}/api/bots`, { headers: { authorization: `Bearer ${key}` } })).status();
  expect(await statusOf(secret)).toBe(200);

  await row.getByRole("button", { name: "Rotate deploy script", exact: true }).click();
  await dialog.getByLabel("Old secret", { exact: true }).selectOption("Stops working now");
  await dialog.getByRole("button", { name: "Rotate key", exact: true }).click();
  await expect(dialog.getByText("Your new secret")).toBeVisible();
  const second = (await dialog.getByRole("code").textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  expect([await statusOf(secret), await statusOf(second)]).toEqual([401, 200]);

  await row.getByRole("button", { name: "Revoke deploy script", exact: true }).click();
  await dialog.getByRole("button", { name: "Revoke key", exact: true }).click();
  await expect(home.getByText("No service keys")).toBeVisible();
  expect(await statusOf(second)).toBe(401);
});
