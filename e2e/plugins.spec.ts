/** An admin sees a plugin's permissions, enables and configures it, and reads its log; a webhook's address stays hidden. */
import { removeFolder, ADMIN as SERVER_ADMIN, startServer, temporaryFolder } from "../tests/process";
import { fresh, signIn } from "./api";
import { ADMIN } from "./people";
import { expect, test, unfold } from "./test";

test("the greeter is enabled and configured, and logs the ticket it greeted", async ({ windowOf, user }) => {
  const page = await windowOf(ADMIN);
  await page.goto("/dashboard");
  await unfold(page, "Administer");
  await page.getByRole("link", { name: "Plugins", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Plugins", exact: true })).toBeVisible();
  const card = page
    .getByRole("list", { name: "Plugins", exact: true })
    .getByRole("listitem")
    .filter({ hasText: "ticket_greeter" });
  await expect(card.getByText("disabled")).toBeVisible();

  // The page shows the plugin's hooks and permissions before it is enabled.
  await card.getByRole("button", { name: "Enable ticket_greeter", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Enable ticket_greeter", exact: true });
  await expect(dialog.getByText("new tickets")).toBeVisible();
  await expect(dialog.getByText("Reply to tickets")).toBeVisible();
  await dialog.getByRole("button", { name: "Enable plugin", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(card.getByText("running")).toBeVisible();

  await card.getByRole("link", { name: "ticket_greeter", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "ticket_greeter", exact: true })).toBeVisible();
  const ahoy = fresh("Ahoy");
  await page.getByLabel("Greeting", { exact: true }).fill(`${ahoy} {user}, number {number}`);
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await page.getByRole("button", { name: "Save settings", exact: true }).click();
  await expect(page.getByText("Settings saved. The plugin now uses them.")).toBeVisible();
  await expect(page.getByText("Unsaved changes")).toBeHidden();

  const ticket = { type: "Support", subject: "Lost key", description: "I lost my key yesterday." };
  const { ticket_id, ticket_num } = await user.api.post("/api/tickets", ticket);
  const log = page.getByRole("log", { name: "Log of ticket_greeter", exact: true });
  await expect(log.getByText(`Greeted ticket #${ticket_num} (Support)`)).toBeVisible();
  const { messages } = await user.api.get(`/api/tickets/${ticket_id}/messages`);
  expect(messages.map((one: { content: string }) => one.content)).toContain(
    `${ahoy} ${user.username}, number ${ticket_num}`,
  );

  // The state survives a reload, and disabling can be undone.
  await page.reload();
  await expect(page.getByLabel("Greeting", { exact: true })).toHaveValue(`${ahoy} {user}, number {number}`);
  await page.getByRole("button", { name: "Reload ticket_greeter", exact: true }).click();
  await expect(page.getByText("ticket_greeter reloaded")).toBeVisible();
  await page.getByRole("button", { name: "Disable ticket_greeter", exact: true }).click();
  await expect(page.getByText("ticket_greeter disabled")).toBeVisible();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByRole("button", { name: "Disable ticket_greeter", exact: true })).toBeVisible();
});

test.afterEach(async ({ url }) => {
  // The greeter must not answer the tickets of other journeys.
  await (await signIn(url, ADMIN)).post("/api/cogs/unload", { cog_name: "ticket_greeter" });
});

test("a plugin names the setting it needs, and a secret one is never shown again", async ({ browser, watch }) => {
  watch.allow(/status of 400/);
  // Use a separate server, on which the setting was never made.
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder });
  const context = await browser.newContext({ baseURL: server.url });
  watch.add(context);
  try {
    await context.request.post("/api/auth/login", { data: SERVER_ADMIN });
    const page = await context.newPage();
    await page.goto("/admin/plugins/discord_webhook");
    await page.getByRole("button", { name: "Enable discord_webhook", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Enable discord_webhook", exact: true });
    await expect(dialog.getByText("Send requests to public addresses")).toBeVisible();
    await dialog.getByRole("button", { name: "Enable plugin", exact: true }).click();
    await expect(dialog.getByRole("alert")).toHaveText("settings.webhook_url: is required");
    await dialog.getByRole("button", { name: "Cancel", exact: true }).click();

    const secret = "https://discord.com/api/webhooks/1/hidden-from-everybody";
    await page.getByLabel("Webhook URL", { exact: true }).fill(secret);
    await page.getByLabel("Error logs", { exact: true }).click();
    await page.getByRole("button", { name: "Save settings", exact: true }).click();
    await expect(page.getByText("Set. Leave empty to keep the current value.")).toBeVisible();
    await expect(page.getByLabel("Webhook URL", { exact: true })).toHaveValue("");
    await page.reload();
    await expect(page.getByLabel("Error logs", { exact: true })).toBeChecked();
    expect(await page.content()).not.toContain("hidden-from-everybody");
    const { plugin } = await (await signIn(server.url, SERVER_ADMIN)).get("/api/plugins/discord_webhook");
    expect(plugin).toMatchObject({ enabled: false, secrets: { webhook_url: true }, settings: { error_logs: true } });
  } finally {
    await context.close();
    await server.stop();
    removeFolder(folder);
  }
});

test("only admins can open Plugins, by the navigation or the address", async ({ home, watch }) => {
  watch.allow(/status of 404/);
  await home.goto("/dashboard");
  await expect(home.getByRole("link", { name: "Bots", exact: true }).first()).toBeVisible();
  await expect(home.getByRole("link", { name: "Plugins", exact: true })).toHaveCount(0);
  for (const path of ["/admin/plugins", "/admin/plugins/auto_reply"]) {
    await home.goto(path);
    await expect(home.getByText("It may have been moved, or you may not have access.")).toBeVisible();
    expect(await home.content()).not.toContain("send_message");
  }
});
