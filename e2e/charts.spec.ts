/** A person's journeys through time: the range of a page, its charts, and what went wrong in it. */
import type { Page } from "@playwright/test";
import { apiOf, makeBot } from "./api";
import { expect, settled, test } from "./test";

const picker = (page: Page) => page.getByRole("button", { name: /^Time range:/ });
const live = (page: Page) => page.getByRole("button", { name: "Live", exact: true });

test("a range of time is kept from page to page, moved by keys, and typed", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Clockwork");
  await home.goto("/dashboard");
  await expect(picker(home)).toHaveAccessibleName("Time range: Last 24 hours");
  await picker(home).click();
  await home.getByRole("menuitem", { name: "Last hour", exact: true }).click();
  await expect(home).toHaveURL(/\?from=now-1h&to=now$/);

  await home.goto(`/dashboard/bots/${bot.id}`);
  await expect(picker(home)).toHaveAccessibleName("Time range: Last hour");
  await expect(home).toHaveURL(/from=now-1h/);
  await home.keyboard.press("t");
  await home.keyboard.press("z");
  await expect(picker(home)).toHaveAccessibleName("Time range: Last 2 hours");
  await home.keyboard.press("t");
  await home.keyboard.press("ArrowLeft");
  await expect(picker(home)).toHaveAccessibleName(/ – /);
  await expect(live(home)).toHaveAttribute("aria-pressed", "false");
  await live(home).click();
  await expect(picker(home)).toHaveAccessibleName("Time range: Last 2 hours");
  await expect(live(home)).toHaveAttribute("aria-pressed", "true");

  await home.keyboard.press("t");
  await home.keyboard.press("a");
  const dialog = home.getByRole("dialog", { name: "Custom range", exact: true });
  await dialog.getByLabel("From", { exact: true }).fill("yesterday");
  await dialog.getByRole("button", { name: "Show range", exact: true }).click();
  await expect(dialog.getByText("Write a time such as")).toBeVisible();
  await dialog.getByLabel("From", { exact: true }).fill("2026-01-31 14:00");
  await dialog.getByLabel("To", { exact: true }).fill("2026-01-31 13:00");
  await dialog.getByRole("button", { name: "Show range", exact: true }).click();
  await expect(dialog.getByText("The range must end after it begins.")).toBeVisible();
  await dialog.getByLabel("To", { exact: true }).fill("2026-01-31 15:00");
  await dialog.getByRole("button", { name: "Show range", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(picker(home)).toHaveAccessibleName("Time range: 31 Jan 2026, 14:00 – 15:00");
  await home.goBack();
  await expect(picker(home)).toHaveAccessibleName("Time range: Last 2 hours");
});

test("the Overview shows what went wrong and why, and a drag over a chart zooms in", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Recorder");
  const own = apiOf(user.api.url, bot.token);
  const line = (type: string, message: string) => ({ type, message });
  await own.post(`/api/bot/${bot.id}/logs`, [
    line("info", "Connected"),
    ...[31, 5000, 740].map((ms) => line("error", `Upstream timed out after ${ms} ms`)),
    line("critical", "The disk is full"),
  ]);
  const { command } = await user.api.post(`/api/bot/${bot.id}/send-command`, { type: "record" });
  await own.get(`/api/bot/${bot.id}/commands?limit=1`);
  await own.post(`/api/commands/${command.id}/ack`, { status: "failed", result: { error: "No microphone" } });

  await home.goto("/dashboard?from=now-15m&to=now");
  const main = home.getByRole("main");
  const rows = main.getByRole("listitem");
  await expect(rows.filter({ hasText: "Upstream timed out after" }).filter({ hasText: "3 ×" })).toContainText(
    "Recorder",
  );
  await expect(rows.filter({ hasText: "record: No microphone" })).toContainText("1 ×");

  // Figures are stored every 10 s, and read again every 15 s.
  const logs = main.getByRole("img", { name: /^Logs by level, last 15 minutes: 4 errors, 0 warnings, 1 info/ });
  await expect(logs).toBeVisible();
  await expect(main.getByRole("img", { name: /^Commands by outcome, last 15 minutes: 1 failed/ })).toBeVisible();
  await main.getByRole("button", { name: "Show Logs by level as table", exact: true }).click();
  const table = main.getByRole("table", { name: "Logs by level as table", exact: true });
  await expect(table.getByRole("columnheader")).toHaveText([
    "From",
    "Errors",
    "Warnings",
    "Info",
    "Other",
    "What changed",
  ]);
  await expect(table.getByRole("row").filter({ has: home.getByRole("cell", { name: "4", exact: true }) })).toHaveCount(
    1,
  );
  await main.getByRole("button", { name: "Show Logs by level as chart", exact: true }).click();

  await logs.scrollIntoViewIfNeeded();
  const area = logs.locator(".u-over");
  await expect(area).toBeVisible();
  // The lists above the chart are loaded after the page and may still move it.
  await settled(async () => JSON.stringify(await area.boundingBox()));
  const { x, y, width, height } = (await area.boundingBox())!;
  await home.mouse.move(x + width / 4, y + height / 2);
  await home.mouse.down();
  await home.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
  await home.mouse.up();
  await expect(home).toHaveURL(/from=20\d\d-.*&to=20\d\d-/);
  await expect(live(home)).toHaveAttribute("aria-pressed", "false");

  await home.goto(`/dashboard/bots/${bot.id}?from=now-15m&to=now`);
  await expect(rows.filter({ hasText: "The disk is full" }).filter({ hasText: "1 ×" })).toBeVisible();
  const day = main.getByRole("button", { name: /^24 h/ });
  // A bot of a minute has no uptime of a day yet.
  await expect(day).toContainText(/no data yet|of data/);
  await expect(day).not.toContainText("%");
});

test("charts show what changed: a new version, a restart and a setting", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Ferry", { version: "1.0" });
  const own = apiOf(user.api.url, bot.token);
  const register = (version: string) =>
    own.post("/api/bots/register", { bot_id: bot.id, name: "Ferry", metadata: { version } });
  await register("1.0");
  await register("1.1");
  await user.api.post(`/api/bot/${bot.id}/restart`, {});
  await user.api.put(`/api/bot/${bot.id}/settings`, { language: "da" });
  await home.goto(`/dashboard/bots/${bot.id}?from=now-15m&to=now`);
  const chart = home.getByRole("list", { name: "What changed", exact: true }).first();
  const flags = chart.getByRole("button");
  await expect(flags.first()).toBeVisible();
  await flags.last().focus();
  const note = home.getByRole("tooltip");
  await expect(note).toContainText("Ferry runs version 1.1");
  await expect(note).not.toContainText("version 1.0");
  await expect(note).toContainText(`Restart by ${user.username}`);
  await expect(note).toContainText("Put bot settings: bot Ferry");
  await home.keyboard.press("Escape");
  await expect(note).toBeHidden();
  // One stop of the Tab key for each chart.
  await expect(chart.locator('button[tabindex="0"]')).toHaveCount(1);
  await home.getByRole("button", { name: "Show Logs by level as table", exact: true }).click();
  const table = home.getByRole("table", { name: "Logs by level as table", exact: true });
  await expect(table.getByRole("cell", { name: /Ferry runs version 1\.1/ })).toHaveCount(1);
});

test("where a bot is down, the Overview and its page name the other bots of its host that are down", async ({
  home,
  user,
}) => {
  const bots = [];
  for (const name of ["Anna", "Bert", "Carl"]) bots.push(await makeBot(user.api, name, { host: "EU-7" }));
  // Anna never ran, so that she is not down. A bot that is online would be offline when this takes long.
  for (const bot of bots.slice(1)) {
    const own = apiOf(user.api.url, bot.token);
    await own.post(`/api/bot/${bot.id}/status`, { status: "online" });
    await own.post(`/api/bot/${bot.id}/status`, { status: "offline" });
  }
  await home.goto("/dashboard");
  const main = home.getByRole("main");
  const note = main.getByRole("link", { name: "2 of 3 bots on EU-7 are down", exact: true });
  await expect(note).toBeVisible();
  await note.click();
  await expect(home).toHaveURL(/\/dashboard\/bots\?status=offline&host=EU-7$/);
  await expect(main.getByText("Bert", { exact: true })).toBeVisible();
  await home.goto(`/dashboard/bots/${bots[2]!.id}`);
  await expect(note).toBeVisible();
  await home.goto(`/dashboard/bots/${bots[0]!.id}`);
  await expect(main.getByRole("heading", { name: "Anna", exact: true })).toBeVisible();
  await expect(note).toBeHidden();
});

test("numbers that a bot reports have charts of their own", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Meter");
  await apiOf(user.api.url, bot.token).post(`/api/bot/${bot.id}/metrics`, { metrics: { guilds: 12 } });
  await home.goto(`/dashboard/bots/${bot.id}?from=now-15m&to=now`);
  await expect(home.getByRole("img", { name: /^guilds, last 15 minutes: Mean last 12/ })).toBeVisible();
});
