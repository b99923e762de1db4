import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { removeFolder, startServer, temporaryFolder } from "../tests/process";
import { apiOf, makeBot, makeUser, signIn } from "./api";
import { ADMIN } from "./people";
import { expect, expectSignedOut, signInByForm, test } from "./test";

test("the setup link of a fresh server makes its first user an admin, once", async ({ page, watch }) => {
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder, API_ADMIN_USER: "", API_ADMIN_PASS: "", API_TOKEN: "" });
  try {
    const link = new URL(readFileSync(join(folder, "setup-link.txt"), "utf8").trim());
    for (const path of ["/", "/signup"]) {
      await page.goto(server.url + path);
      await expect(page).toHaveURL(`${server.url}/setup`);
    }
    await expect(page.getByText("setup-link.txt")).toBeVisible();
    expect(await page.content()).not.toContain(link.searchParams.get("token"));
    await page.goto(server.url + link.pathname + link.search);
    await page.getByLabel("Username", { exact: true }).fill("first");
    await page.getByLabel("Email", { exact: true }).fill("first@example.org");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Create admin account", exact: true }).click();
    await expect(page).toHaveURL(`${server.url}/dashboard`);
    await page.goto(`${server.url}/admin`);
    await expect(page.getByRole("row").filter({ hasText: "first@example.org" })).toContainText("you");

    watch.allow(/status of 403/);
    await page.goto(server.url + link.pathname + link.search);
    await page.getByLabel("Username", { exact: true }).fill("second");
    await page.getByLabel("Email", { exact: true }).fill("second@example.org");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Create admin account", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "not valid" })).toBeVisible();
  } finally {
    await server.stop();
    removeFolder(folder);
  }
});

test("wrong passwords are refused, then lock the account and show for how long", async ({ page, user, watch }) => {
  watch.allow(/status of (401|429)/);
  await page.goto("/login");
  await page.getByLabel("Username or email", { exact: true }).fill(user.username);
  const button = page.getByRole("button", { name: "Sign in", exact: true });
  const problem = page.getByRole("main").getByRole("alert");
  for (let attempt = 1; attempt <= 5; attempt++) {
    await page.getByLabel("Password", { exact: true }).fill(`wrong guess ${attempt}`);
    const answer = page.waitForResponse("**/api/auth/login");
    await button.click();
    expect((await answer).status()).toBe(401);
    await expect(problem).toBeVisible();
  }
  // While locked, even the right password is refused.
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await button.click();
  await expect(problem).toContainText(/Rate limit exceeded.*(\d+ s|min)/);
  await expect(button).toBeDisabled();
});

test("a forgotten password is reset by mail, which ends every session", async ({
  page,
  home,
  user,
  watch,
  server: { outbox },
}) => {
  await home.goto("/dashboard");
  await expect(home.getByRole("heading", { name: "Overview", exact: true })).toBeVisible();

  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot password?", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Reset your password", exact: true })).toBeVisible();
  await page.getByLabel("Email", { exact: true }).fill(user.email);
  await page.getByRole("button", { name: "Create link", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Ask an admin for the link", exact: true })).toBeVisible();

  const mail = () =>
    (existsSync(outbox) ? readdirSync(outbox) : [])
      .map((name) => readFileSync(join(outbox, name), "utf8"))
      .find((text) => text.includes(user.email))
      // Quoted-printable: soft line breaks and escaped equals signs.
      ?.replace(/=\r?\n/g, "")
      .replace(/=3D/g, "=");
  await expect.poll(mail).toContain("/reset?token=");
  const link = /https?:\/\/\S+\/reset\?token=[\w.-]+/.exec(mail()!)![0];
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("a better horse, a longer battery");
  await page.getByRole("button", { name: "Set password", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Password changed", exact: true })).toBeVisible();

  watch.allow(/status of 40[01]/, /WebSocket connection/);
  await expectSignedOut(home);
  expect(await user.api.status("/api/auth/me")).toBe(401);
  expect(await apiOf(user.api.url).status("/api/auth/login", "POST", user)).toBe(401);

  // The link works only once, and the new password works.
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("yet another password");
  await page.getByRole("button", { name: "Set password", exact: true }).click();
  await expect(page.getByRole("heading", { name: "This link no longer works", exact: true })).toBeVisible();
  await signInByForm(page, { ...user, password: "a better horse, a longer battery" });
  await expect(page).toHaveURL("/dashboard");
});

test("an API key works within its scope and its tags until it is revoked", async ({ home, user, url }) => {
  const [bot, other] = [await makeBot(user.api, "Keyed"), await makeBot(user.api, "Untagged")];
  await user.api.put(`/api/my-bots/${bot.id}/tags`, { tags: ["night"] });
  await home.goto("/account");
  await home.getByRole("button", { name: "Create key", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("backup script");
  await dialog.getByLabel("Scope", { exact: true }).selectOption("read");
  await dialog.getByText("Limit to bots, tags or networks").click();
  await dialog.getByLabel("Tags", { exact: true }).fill(`night, ${"long".repeat(20)}`);
  await dialog.getByRole("button", { name: "Create key", exact: true }).click();
  await expect(dialog.getByText("Enter at most 10 tags, of up to 50 characters each.")).toBeVisible();
  await dialog.getByLabel("Tags", { exact: true }).fill("night, day");
  await dialog.getByRole("button", { name: "Create key", exact: true }).click();
  await expect(dialog.getByText("Copy the key now. You cannot see it again.")).toBeVisible();
  const key = apiOf(url, (await dialog.locator("pre").textContent())!.trim());
  expect((await key.get("/api/my-bots")).bots.map(({ id }: { id: string }) => id)).toEqual([bot.id]);
  expect(await key.status(`/api/my-bots/${other.id}`)).toBe(404);
  expect(await key.status(`/api/bot/${bot.id}/send-command`, "POST", { type: "ping" })).toBe(403);
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  await expect(home.getByText(key.token)).toHaveCount(0);
  await expect(home.getByText("Only bots tagged day, night")).toBeVisible();

  await home.getByRole("button", { name: "Revoke backup script", exact: true }).click();
  await home.getByRole("button", { name: "Revoke key", exact: true }).click();
  await expect(home.getByText("No API keys")).toBeVisible();
  expect(await key.status("/api/my-bots")).toBe(401);
});

test("an admin changes a role and deactivates an account, with effect at once", async ({
  windowOf,
  home,
  user,
  url,
  watch,
}) => {
  watch.allow(/status of 40[14]/, /WebSocket connection/);
  const owner = await makeUser(url, "owner");
  const bot = await makeBot(owner.api, "Somebody's bot");
  await home.goto(`/dashboard/bots/${bot.id}`);
  await expect(home.getByText("Bot not found")).toBeVisible();
  await expect(home.getByRole("link", { name: "System", exact: false })).toHaveCount(0);
  await home.goto("/admin");
  await expect(home.getByRole("table", { name: "Users", exact: false })).toHaveCount(0);

  const admin = await windowOf(ADMIN);
  await admin.goto("/admin");
  await admin.getByLabel("Search users", { exact: true }).fill(user.username);
  const row = admin.getByRole("row").filter({ hasText: user.username });
  await row.getByLabel(`Role of ${user.username}`, { exact: true }).selectOption("moderator");
  await admin.getByRole("dialog").getByRole("button", { name: "Make a moderator", exact: true }).click();
  await expect(admin.getByText(`${user.username} is now a moderator`)).toBeVisible();
  await expect(row.getByLabel(`Role of ${user.username}`, { exact: true })).toHaveValue("moderator");

  // A changed role ends the person's sessions.
  await expectSignedOut(home);
  await signInByForm(home, user);
  await expect(home).toHaveURL("/dashboard");
  await home.goto(`/dashboard/bots/${bot.id}`);
  await expect(home.getByRole("heading", { name: "Somebody's bot", exact: true })).toBeVisible();

  await row.getByRole("button", { name: "Deactivate", exact: true }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(row).toContainText("deactivated");
  await expectSignedOut(home);
  await signInByForm(home, user);
  await expect(home.getByRole("main").getByRole("alert")).toBeVisible();
  await expect(home).toHaveURL(/\/login/);
});

test("another session can be ended, and signing out ends the current one", async ({ home, user, url, watch }) => {
  watch.allow(/status of 401/, /WebSocket connection/);
  const elsewhere = await signIn(url, user);
  await home.goto("/account");
  await home.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await expect(dialog.getByRole("checkbox", { name: "Stay signed in here", exact: true })).toBeChecked();
  await dialog.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await expect(home.getByText("Signed out everywhere else")).toBeVisible();
  expect(await elsewhere.status("/api/auth/me")).toBe(401);

  await home.getByRole("button", { name: `Signed in as ${user.username}`, exact: true }).click();
  await home.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await expect(home).toHaveURL("/login");
  await home.goto("/dashboard/bots");
  await expect(home).toHaveURL(/\/login\?next=/);
});

test("signing out everywhere ends open pages too, this one included", async ({ home, user, watch, windowOf }) => {
  watch.allow(/status of 401/, /WebSocket connection/);
  const other = await windowOf(user);
  await other.goto("/account");
  await home.goto("/account");
  await home.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: "Stay signed in here", exact: true }).click();
  await dialog.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await expect(home).toHaveURL("/login");
  await expectSignedOut(other);
});

test("admins see who has no second factor", async ({ user, windowOf }, info) => {
  const admin = await windowOf(ADMIN);
  await admin.goto(`/admin?q=${user.username}&factor=none`);
  const row = admin.getByRole("row").filter({ hasText: user.email });
  await expect(row).toContainText("no 2FA");
  await admin.screenshot({ path: info.outputPath("users-1280.png") });
  await admin.getByLabel("Second factor", { exact: true }).selectOption("With second factor");
  await expect(admin.getByText("No users match")).toBeVisible();
  await admin.goto("/admin/config?section=security");
  const rule = admin.getByLabel("Second factor required of", { exact: true });
  await expect(rule).toHaveValue("none");
  await expect(rule.getByRole("option")).toHaveText(["None", "Admins", "Staff", "Everyone"]);
  await admin.screenshot({ path: info.outputPath("security-1280.png") });
});

test("a new account is asked to verify its address until the mailed link is opened", async ({ page, watch }, info) => {
  // The weak password is refused.
  watch.allow(/status of 400/);
  const mails: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    async onData(stream, _session, done) {
      let text = "";
      for await (const chunk of stream) text += chunk;
      mails.push(text.replace(/=\r?\n/g, "").replaceAll("=3D", "="));
      done();
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const { port } = smtp.server.address() as { port: number };
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder, SMTP_URL: `smtp://127.0.0.1:${port}` });
  try {
    await page.goto(`${server.url}/signup`);
    await page.getByLabel("Username", { exact: true }).fill("newcomer");
    await page.getByLabel("Email", { exact: true }).fill("newcomer@example.org");
    await page.getByLabel("Password", { exact: true }).fill("password");
    await page.getByRole("button", { name: "Create account", exact: true }).click();
    await expect(page.getByText("This is too easy to guess")).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Create account", exact: true }).click();
    await expect(page).toHaveURL(`${server.url}/dashboard`);
    const banner = page.getByRole("status").filter({ hasText: "newcomer@example.org" });
    await expect(banner).toBeVisible();
    await page.screenshot({ path: info.outputPath("banner-1280.png") });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.screenshot({ path: info.outputPath("banner-390.png") });
    await banner.getByRole("button", { name: "Send again", exact: true }).click();
    await expect(banner).toContainText("Sent. Check your inbox");
    await expect.poll(() => mails.length).toBe(2);
    const link = /\/verify\?token=\S+/.exec(mails[0]!)![0];
    await page.goto(server.url + link);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.screenshot({ path: info.outputPath("verify-390-dark.png") });
    await page.getByRole("button", { name: "Verify address", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Email address verified", exact: true })).toBeVisible();
    await page.getByRole("link", { name: "Go to the dashboard", exact: true }).click();
    await expect(page).toHaveURL(`${server.url}/dashboard`);
    await expect(banner).toBeHidden();
    await page.goto("about:blank");
  } finally {
    await server.stop();
    removeFolder(folder);
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
  }
});

test("times follow the zone and the clock that a person chose", async ({ home, user }) => {
  const { ticket_id } = await user.api.post("/api/tickets", {
    ...{ type: "Support", subject: "When was this?", description: "At what time did it stop?" },
  });
  const { messages } = await user.api.get(`/api/tickets/${ticket_id}/messages`);
  const inTokyo = new Intl.DateTimeFormat("en-GB", {
    ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h12", timeZone: "Asia/Tokyo" },
  } as const).format(new Date(messages[0].timestamp));
  await home.goto("/account");
  await home.getByLabel("Time zone", { exact: true }).selectOption("Asia/Tokyo");
  await home.getByLabel("Clock format", { exact: true }).selectOption("12h");
  await home.getByRole("button", { name: "Save profile", exact: true }).click();
  await expect(home.getByText("Profile saved")).toBeVisible();
  await home.goto(`/dashboard/tickets/${ticket_id}`);
  await expect(home.getByRole("time").filter({ hasText: inTokyo }).first()).toBeVisible();
  const titles = await home.getByRole("time").evaluateAll((times) => times.map((time) => time.getAttribute("title")));
  expect(titles.filter((title) => title && !/GMT\+9|JST/.test(title))).toEqual([]);
});
