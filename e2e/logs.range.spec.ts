/** Journeys through logs by time and by pattern. */
import type { Page } from "@playwright/test";
import { type Api, apiOf, type Bot, makeBot } from "./api";
import { giveHistory } from "./history";
import { expect, test } from "./test";

const list = (page: Page) => page.getByRole("log", { name: "Log lines", exact: true });

/** Stores lines of a new bot, and opens its logs. */
async function openLogs(page: Page, api: Api, lines: { type?: string; message: string }[]): Promise<Bot> {
  const bot = await makeBot(api, "Talker");
  await apiOf(api.url, bot.token).post(`/api/bot/${bot.id}/logs`, lines);
  await page.goto(`/dashboard/bots/${bot.id}?tab=logs`);
  await expect(list(page).getByRole("button")).toHaveCount(lines.length);
  return bot;
}

test("an error spike on the Overview leads to the server that its metadata names in four keys", async ({
  home,
  user,
}) => {
  const bot = await makeBot(user.api, "Spiky");
  const at = new Date(Date.now() - 17.5 * 60_000).toISOString();
  await apiOf(user.api.url, bot.token).post(
    `/api/bot/${bot.id}/logs`,
    [1, 2, 3].map((attempt) => ({
      ...{ type: "error", message: `Could not send: attempt ${attempt}`, timestamp: at },
      metadata: { guild: { id: "418870233001122334" }, attempt },
    })),
  );
  await giveHistory(home);
  await home.goto("/dashboard?from=now-1h&to=now");
  await home.getByRole("link", { name: /^Spike: / }).press("Enter");
  await expect(home).toHaveURL(/\/dashboard\/logs\?.*from=2/);
  await expect(list(home).getByRole("button")).toHaveText(Array(3).fill(/Could not send/));
  await home.keyboard.press("k");
  await expect(list(home).getByRole("button").last()).toBeFocused();
  await home.keyboard.press("Enter");
  const filterBy = home
    .getByRole("dialog")
    .getByRole("button", { name: "Filter by guild.id:418870233001122334", exact: true });
  await filterBy.press("Enter");
  await expect(home.getByRole("combobox", { name: "Filter logs", exact: true })).toHaveValue(
    /guild\.id:418870233001122334$/,
  );
  await expect(home).toHaveURL(/from=2/);
  await expect(list(home).getByRole("button")).toHaveCount(3);
});

test("lines are grouped by pattern, and a pattern leads back to its lines", async ({ home, user }) => {
  await openLogs(home, user.api, [
    ...[31, 5000, 740].map((ms) => ({ type: "error", message: `Upstream timed out after ${ms} ms` })),
    { message: "Connected to the gateway" },
  ]);
  await home.getByRole("button", { name: "Patterns", exact: true }).click();
  await expect(home).toHaveURL(/view=patterns/);
  const rows = home.getByRole("table", { name: "Patterns", exact: true }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText("Upstream timed out after # ms");
  await expect(home.getByText("4 lines in 2 patterns", { exact: true })).toBeVisible();
  await home.getByRole("button", { name: "Show 3 lines: Upstream timed out after # ms", exact: true }).click();
  await expect(home.getByRole("combobox", { name: "Filter logs", exact: true })).toHaveValue(
    '"Upstream timed out after"',
  );
  await expect(list(home).getByRole("button")).toHaveText(Array(3).fill(/Upstream timed out after/));
});

test("the chips of levels count the lines that are not loaded, also of levels that the query leaves out", async ({
  home,
  user,
}) => {
  const types = ["error", "info", "info", "debug"];
  const lines = Array.from({ length: 900 }, (_, at) => ({ message: `line ${at}`, type: types[at % 4] }));
  const bot = await makeBot(user.api, "Talker");
  await apiOf(user.api.url, bot.token).post(`/api/bot/${bot.id}/logs`, lines);
  const chip = (name: string) => home.getByRole("button", { name: new RegExp(`^${name}`) });
  // The newest lines are in the series after some seconds, and until then the counts are marked.
  await expect(async () => {
    await home.goto(`/dashboard/bots/${bot.id}?tab=logs&q=level:error`);
    await expect(chip("error")).toContainText("225 in the last 24 hours", { timeout: 5_000 });
  }).toPass();
  await expect(chip("info")).toContainText("450 in the last 24 hours");
  await home.goto(`/dashboard/bots/${bot.id}?tab=logs&q=line`);
  await expect(chip("info")).toContainText("450 in the last 24 hours");
  await expect(chip("debug")).toContainText("225 in the last 24 hours");
});

test("the page's range of time limits the lines, and all of them come back", async ({ home, user }) => {
  const bot = await openLogs(home, user.api, [{ message: "now" }]);
  const at = new Date(Date.now() - 5 * 3_600_000).toISOString();
  await apiOf(user.api.url, bot.token).post(`/api/bot/${bot.id}/logs`, { message: "five hours ago", timestamp: at });
  await expect(list(home).getByRole("button")).toHaveCount(2);
  const picker = home.getByRole("button", { name: /^Time range:/ });
  await expect(picker).toHaveAccessibleName("Time range: Any time");
  await picker.click();
  await home.getByRole("menuitem", { name: "Last hour", exact: true }).click();
  await expect(list(home).getByRole("button")).toHaveText([/now$/]);
  // The histogram and its table have the same range, and zoom in to a part of it.
  await home.getByRole("button", { name: "Table", exact: true }).click();
  const zoom = home
    .getByRole("table", { name: "Lines by time", exact: true })
    .getByRole("button", { name: /^Zoom to / });
  await expect(zoom).toHaveCount(1);
  await zoom.press("Enter");
  await expect(picker).toHaveAccessibleName(/ – /);
  await expect(list(home).getByRole("button")).toHaveText([/now$/]);
  const lastDay = home.getByRole("button", { name: "Show the last 24 hours", exact: true });
  await lastDay.click();
  await expect(picker).toHaveAccessibleName("Time range: Any time");
  await expect(list(home).getByRole("button")).toHaveCount(2);
  // The last 24 hours are not offered where they are shown.
  await expect(lastDay).toBeHidden();
  await picker.click();
  await home.getByRole("menuitem", { name: "Last 24 hours", exact: true }).click();
  await expect(picker).toHaveAccessibleName("Time range: Last 24 hours");
  await expect(list(home).getByRole("button")).toHaveCount(2);
  await expect(lastDay).toBeHidden();
});
