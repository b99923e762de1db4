import type { Page } from "@playwright/test";
import { io } from "socket.io-client";
import { fresh, makeBot, makeUser } from "./api";
import { expect, statusOf, stepOf, test, typeJson } from "./test";

/**
 * Records the texts in the header of a bot's page from now on, and returns a function that reads them. Polling would miss
 * a status that is shown only for a second.
 */
async function notedStatuses(page: Page): Promise<() => Promise<string[]>> {
  const notes = await page.evaluateHandle(() => {
    const seen = new Set<string>();
    const note = () => {
      for (const one of document.querySelectorAll("#content header *")) seen.add(one.textContent ?? "");
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    return seen;
  });
  return () => notes.evaluate((seen) => [...seen]);
}

test("sign up, connect a bot process, command it, and see all of it live in two windows", async ({
  page,
  windowOf,
  run,
  url,
  watch,
}) => {
  // For the stranger the bot is a 404.
  watch.allow(/status of 404/);
  const login = { username: fresh("grace"), password: "correct horse battery" };
  await page.goto("/");
  await page.getByRole("link", { name: "Create one", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Create an account", exact: true })).toBeVisible();
  await page.getByLabel("Username", { exact: true }).fill(login.username);
  await page.getByLabel("Email", { exact: true }).fill(`${login.username}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill(login.password);
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await expect(page).toHaveURL("/dashboard");

  // Create the bot; the dialog hands out its token and waits for it.
  await page.getByRole("link", { name: "Create your first bot", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Greeter");
  await dialog.getByLabel("Platform", { exact: true }).selectOption("discord");
  await dialog.getByRole("button", { name: "Create bot", exact: true }).click();
  await expect(dialog.getByText("Waiting for the first heartbeat…")).toBeVisible();
  const token = (await dialog.locator("pre").first().textContent())!.trim();
  const href = (await dialog.getByRole("link", { name: "Open bot", exact: true }).getAttribute("href"))!;
  const id = decodeURIComponent(href.split("/").at(-1)!);
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));

  // Another user subscribes to everything they can.
  const stranger = await makeUser(url, "eve");
  const heard: string[] = [];
  const listening = io(url, { auth: { token: stranger.api.token }, transports: ["websocket"], forceNew: true });
  listening.onAny((event, data) => heard.push(`${event} ${JSON.stringify(data)}`));
  const prying = io(url, { auth: { token: stranger.api.token }, transports: ["websocket"], forceNew: true });
  prying.onAny((event, data) => heard.push(`${event} ${JSON.stringify(data)}`));
  listening.on("connect", () => listening.emit("watch", { topics: ["bots", "commands", "logs", "messages"] }));
  prying.on("connect", () => prying.emit("watch", { topics: ["bots", "commands", "logs", "messages"], bot_id: id }));

  const bot = run({ id, token });
  await expect(dialog.getByText("Greeter is online.")).toBeVisible();
  await dialog.getByRole("link", { name: "Open bot", exact: true }).last().click();
  await expect(page).toHaveURL(href);
  await expect(statusOf(page, "online")).toBeVisible();

  // A second window of the same person, and the logs in both.
  const other = await windowOf(login);
  await other.goto(`${href}?tab=commands`);
  const logs = [await page.context().newPage(), await other.context().newPage()];
  for (const each of logs) {
    await each.goto(`${href}?tab=logs`);
    await expect(each.getByRole("log").getByText("Echo bot started")).toBeVisible();
  }

  // A message, through the composer.
  await page.getByRole("button", { name: "send_message", exact: true }).click();
  await typeJson(page, "Payload (JSON object)", { thread_id: "42", message: "Hello from the console" });
  await page.getByRole("button", { name: "Send to Greeter", exact: true }).click();
  const sent = page.getByRole("article", { name: "Command send_message", exact: true });
  await expect(stepOf(sent)).toHaveText("done");
  await expect(sent.getByText("delivered", { exact: false }).last()).toBeVisible();
  await expect(sent).toContainText("true");
  await expect(other.getByRole("row").filter({ hasText: "send_message" })).toContainText("done");
  for (const each of logs) await expect(each.getByRole("log").getByText("Answered in thread 42")).toBeVisible();
  await other.getByRole("link", { name: "Messages", exact: true }).last().click();
  await expect(other.getByRole("region", { name: "Messages", exact: true })).toContainText(
    "You said: Hello from the console",
  );

  // During a restart the page shows the status that the bot reports.
  await page.getByLabel("Command type", { exact: true }).fill("restart");
  await typeJson(page, "Payload (JSON object)", {});
  const shown = await Promise.all([page, other].map(notedStatuses));
  await page.keyboard.press("Control+Enter");
  for (const noted of shown) await expect.poll(noted).toContain("restarting");
  await expect(stepOf(page.getByRole("article", { name: "Command restart", exact: true }))).toHaveText("done");
  await expect(statusOf(page, "online")).toBeVisible();
  await expect(statusOf(other, "online")).toBeVisible();
  for (const each of logs) await expect(each.getByRole("log").getByText("Back after the restart")).toBeVisible();

  // A failure says why.
  await page.getByLabel("Command type", { exact: true }).fill("fail");
  await typeJson(page, "Payload (JSON object)", { error: "no such thread" });
  await page.keyboard.press("Control+Enter");
  const failed = page.getByRole("article", { name: "Command fail", exact: true });
  await expect(failed.getByText("failed")).toBeVisible();
  await expect(failed).toContainText("no such thread");

  // The stranger tries pages by address, lists, API and sockets.
  const strangerPage = await windowOf(stranger);
  await strangerPage.goto(href);
  await expect(strangerPage.getByText("Bot not found")).toBeVisible();
  await strangerPage.goto("/dashboard/bots");
  await expect(strangerPage.getByText("No bots yet").first()).toBeVisible();
  await strangerPage.goto("/dashboard/commands");
  await expect(strangerPage.getByText("No commands yet")).toBeVisible();
  await strangerPage.goto("/dashboard/logs");
  await expect(strangerPage.getByText("No logs yet")).toBeVisible();
  await strangerPage.goto("/dashboard/messages");
  await expect(strangerPage.getByText("No messages yet")).toBeVisible();
  for (const path of [
    `/api/my-bots/${id}`,
    `/api/my-bots/${id}/token`,
    `/api/logs?bot_id=${id}`,
    `/api/bot/${id}/info`,
  ])
    expect(await stranger.api.status(path), path).toBe(404);
  expect(await stranger.api.status(`/api/bot/${id}/send-command`, "POST", { type: "ping" })).toBe(404);
  // The stranger does get an event of their own bot, which proves that the missing events of the other bot are no accident.
  const own = await makeBot(stranger.api, "Own");
  await stranger.api.put(`/api/my-bots/${own.id}`, { name: "Own, renamed" });
  await expect.poll(() => heard.some((line) => line.includes(own.id))).toBe(true);
  expect(heard.filter((line) => !line.startsWith("error") && (line.includes(id) || line.includes("Greeter")))).toEqual(
    [],
  );
  // Watching that bot by its id was refused as if it did not exist.
  expect(heard.filter((line) => line.startsWith("error"))).toEqual([expect.stringContaining("NOT_FOUND")]);
  listening.close();
  prying.close();

  // Stopped from the console, the process ends and the page says so.
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Stop bot", exact: true }).click();
  await expect(statusOf(page, "offline")).toBeVisible();
  await expect.poll(() => bot.child.exitCode).toBe(0);
  expect(await page.evaluate(() => "neverReloaded" in window)).toBe(true);
});

test("a command to an offline bot waits, and is done once when the bot comes", async ({ home, user, run }) => {
  const bot = await makeBot(user.api, "Sleeper");
  await home.goto(`/dashboard/bots/${bot.id}`);
  await expect(statusOf(home, "offline")).toBeVisible();
  await home.getByLabel("Command type", { exact: true }).fill("echo");
  await typeJson(home, "Payload (JSON object)", { word: "later" });
  await home.getByRole("button", { name: "Send to Sleeper", exact: true }).click();
  const sent = home.getByRole("article", { name: "Command echo", exact: true });
  await expect(sent).toContainText("queued: the bot has never connected");
  run(bot);
  await expect(stepOf(sent)).toHaveText("done");
  await expect(statusOf(home, "online")).toBeVisible();
  const { commands } = await user.api.get(`/api/bot/${bot.id}/commands-history`);
  expect(commands).toMatchObject([{ type: "echo", status: "completed", attempts: 1, result: { word: "later" } }]);
});

test("deleting a bot asks for its name, and takes everything of it", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Old Friend");
  await user.api.post(`/api/bot/${bot.id}/send-command`, { type: "ping" });
  await home.goto(`/dashboard/bots/${bot.id}?tab=danger`);
  await home.getByRole("button", { name: "Delete bot…", exact: true }).click();
  const dialog = home.getByRole("dialog");
  const remove = dialog.getByRole("button", { name: "Delete bot", exact: true });
  await expect(remove).toBeDisabled();
  await dialog.getByRole("textbox").fill("old friend");
  await expect(remove).toBeDisabled();
  await dialog.getByRole("textbox").fill("Old Friend");
  await remove.click();
  await expect(home).toHaveURL("/dashboard/bots");
  await expect(home.getByText("Old Friend deleted")).toBeVisible();
  await expect(home.getByText("No bots yet").first()).toBeVisible();
  expect(await user.api.status(`/api/my-bots/${bot.id}`)).toBe(404);
  expect((await user.api.get("/api/commands")).commands).toEqual([]);
});

test("unsaved settings are not lost by a slip", async ({ home, user, run }) => {
  const bot = await makeBot(user.api, "Thinker");
  run(bot);
  await home.goto(`/dashboard/bots/${bot.id}?tab=settings`);
  await typeJson(home, "Settings (JSON object)", { prefix: "!" });
  await expect(home.getByText("Unsaved changes", { exact: true })).toBeVisible();

  // A link and a shortcut both ask before leaving, and staying keeps the typed text.
  await home
    .getByRole("navigation", { name: "Main", exact: true })
    .getByRole("link", { name: "Commands", exact: true })
    .click();
  const ask = home.getByRole("dialog", { name: "Unsaved changes", exact: true });
  await expect(ask).toBeVisible();
  await ask.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(ask).toBeHidden();
  await expect(home).toHaveURL(/tab=settings/);
  await expect(home.locator(".cm-editor")).toContainText("prefix");

  await home.getByRole("button", { name: "Save settings", exact: true }).click();
  await expect(home.getByText("Saved version 1 and notified the bot")).toBeVisible();
  await expect
    .poll(async () => JSON.stringify((await user.api.get(`/api/logs?bot_id=${bot.id}`)).logs))
    .toContain("Settings version 1");

  // After saving, leaving does not ask.
  await home
    .getByRole("navigation", { name: "Main", exact: true })
    .getByRole("link", { name: "Commands", exact: true })
    .click();
  await expect(home).toHaveURL("/dashboard/commands");

  // Change it again and discard the change.
  await home.goto(`/dashboard/bots/${bot.id}?tab=settings`);
  await typeJson(home, "Settings (JSON object)", { prefix: "?" });
  await expect(home.getByText("Unsaved changes", { exact: true })).toBeVisible();
  await home
    .getByRole("navigation", { name: "Main", exact: true })
    .getByRole("link", { name: "Messages", exact: true })
    .click();
  await home.getByRole("button", { name: "Discard changes", exact: true }).click();
  await expect(home).toHaveURL("/dashboard/messages");
  expect((await user.api.get(`/api/bot/${bot.id}/settings`)).settings).toEqual({ prefix: "!" });
});
