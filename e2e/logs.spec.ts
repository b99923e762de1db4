import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { removeFolder, ADMIN as SERVER_ADMIN, startServer, temporaryFolder } from "../tests/process";
import { type Api, apiOf, type Bot, makeBot, signIn } from "./api";
import { openLine } from "./line";
import { expect, settled, test } from "./test";

type Line = { type?: string; message: string; metadata?: Record<string, unknown> };

/** Stores lines as the bot itself would. */
const write = (url: string, bot: Bot, lines: Line[]) =>
  apiOf(url, bot.token).post(
    `/api/bot/${bot.id}/logs`,
    lines.map(({ type = "info", ...line }) => ({ type, ...line })),
  );
const many = (count: number, stem: string): Line[] =>
  Array.from({ length: count }, (_, at) => ({ message: `${stem} ${String(at + 1).padStart(3, "0")}` }));
const list = (page: Page) => page.getByRole("log", { name: "Log lines", exact: true });
const state = (page: Page, word: string) =>
  page.getByRole("region", { name: "Logs", exact: true }).getByText(word, { exact: true });

async function open(page: Page, api: Api, lines: Line[]): Promise<Bot> {
  const bot = await makeBot(api, "Talker");
  await write(api.url, bot, lines);
  await page.goto(`/dashboard/bots/${bot.id}?tab=logs`);
  await expect(list(page).getByText(lines.at(-1)!.message)).toBeVisible();
  return bot;
}

test("logs follow the end; scrolling up stops that and counts new lines", async ({ home, user, url }) => {
  const bot = await open(home, user.api, many(300, "early"));
  await expect(state(home, "live")).toBeVisible();
  await write(url, bot, many(30, "middle"));
  await expect(list(home).getByText("middle 030")).toBeInViewport();

  // Older lines are not loaded yet. The chip counts them all the same.
  await expect(home.getByRole("button", { name: /^info/ })).toContainText(/\d\+ so far|330 in the last 24 hours/);
  await list(home).hover();
  await home.mouse.wheel(0, -2000);
  await expect(state(home, "scrolled up")).toBeVisible();
  const top = () => list(home).evaluate((area) => area.scrollTop);
  await expect(list(home).getByText("middle 030")).not.toBeInViewport();
  const before = await settled(top);
  await write(url, bot, many(3, "late"));
  const pill = home.getByRole("button", { name: "3 new lines – resume", exact: true });
  await expect(pill).toBeVisible();
  expect(await top()).toBe(before);

  await pill.click();
  await expect(list(home).getByText("late 003")).toBeInViewport();
  await expect(state(home, "live")).toBeVisible();
  await expect(pill).toBeHidden();

  // Scrolling up loads older pages, and the End key returns.
  await list(home).focus();
  await expect(async () => {
    await home.keyboard.press("Home");
    await expect(list(home).getByText("early 001")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(state(home, "no older lines")).toBeVisible();
  await home.keyboard.press("End");
  await expect(list(home).getByText("late 003")).toBeInViewport();
  await expect(state(home, "live")).toBeVisible();
});

test("a line is as high as the list expects, so that nothing moves when it is measured", async ({ home, user }) => {
  await open(home, user.api, [...many(5, "short"), { type: "error", message: "with a level" }]);
  const heights = await list(home)
    .getByRole("button")
    .evaluateAll((rows) =>
      rows.map((row) => ({
        drawn: `${row.getBoundingClientRect().height}px`,
        expected: getComputedStyle(row).getPropertyValue("--log-line"),
      })),
    );
  expect(heights).toHaveLength(6);
  for (const { drawn, expected } of heights) expect(drawn).toBe(expected);
});

test("pausing holds lines back and counts them", async ({ home, user, url }) => {
  const bot = await open(home, user.api, many(5, "before"));
  await home.getByRole("button", { name: "Pause", exact: true }).click();
  await write(url, bot, many(2, "held"));
  const resume = home.getByRole("button", { name: "Resume (2)", exact: true });
  await expect(resume).toBeVisible();
  await expect(list(home).getByText("held 002")).toHaveCount(0);
  await resume.click();
  await expect(list(home).getByText("held 002")).toBeVisible();
  await expect(state(home, "live")).toBeVisible();
});

test("logs can be filtered, searched, linked and downloaded, and a bad filter is explained", async ({
  home,
  user,
  url,
}) => {
  const bot = await open(home, user.api, [
    { type: "info", message: "Connected to the gateway" },
    { type: "error", message: "Could not send to general: missing permission" },
    { type: "warning", message: "Rate limited by discord" },
    { type: "error", message: "Upstream timed out" },
    { type: "info", message: "Delivered 12 notifications" },
  ]);
  const filter = home.getByRole("combobox", { name: "Filter logs", exact: true });
  await home.getByRole("button", { name: /^error/ }).click();
  await expect(filter).toHaveValue("level:error");
  await expect(list(home).getByRole("button")).toHaveText([/missing permission/, /Upstream timed out/]);

  // The filter applies to live lines too.
  await write(url, bot, [
    { type: "info", message: "all is well" },
    { type: "error", message: "permission gone again" },
  ]);
  await expect(list(home).getByText("permission gone again")).toBeVisible();
  await expect(list(home).getByText("all is well")).toHaveCount(0);

  await filter.fill("level:error permission");
  await expect(list(home).getByRole("button")).toHaveText([/missing permission/, /permission gone again/]);
  await expect(home).toHaveURL(/q=level/);

  const [download] = await Promise.all([
    home.waitForEvent("download"),
    home
      .getByRole("button", { name: "Download matching lines", exact: true })
      .click()
      .then(() => home.getByRole("menuitem", { name: "Download matching lines as .ndjson", exact: true }).click()),
  ]);
  const saved = readFileSync(await download.path(), "utf8")
    .trim()
    .split("\n");
  expect(saved.map((line) => JSON.parse(line).message)).toEqual([
    "Could not send to general: missing permission",
    "permission gone again",
  ]);

  await filter.fill("after:yesterday");
  await expect(home.getByText(/Invalid time in after: "yesterday"/)).toBeVisible();
  await expect(home.getByText("This filter is not valid")).toBeVisible();
  await expect(list(home)).toHaveCount(0);
  await filter.fill("nothing has this word: zzzyx");
  await expect(home.getByText("No logs match")).toBeVisible();
  await home.getByRole("button", { name: "Clear filters", exact: true }).click();
  await expect(list(home).getByRole("button")).toHaveCount(7);

  await list(home).getByText("Rate limited by discord").click();
  await expect(home).toHaveURL(/#L\d+$/);
  await home.reload();
  await expect(home.getByRole("dialog").getByText("Rate limited by discord")).toBeVisible();
});

test("errors lead to the server that their metadata names, by keyboard alone", async ({ home, user }) => {
  const failed = (guild: string, attempt: number): Line => ({
    ...{ type: "error", message: `Could not send: missing permission, attempt ${attempt}` },
    metadata: { guild: { id: guild }, attempt },
  });
  const bot = await open(home, user.api, [
    ...many(40, "well"),
    ...[1, 2, 3].map((attempt) => failed("418870233001122334", attempt)),
    { type: "error", message: "Upstream timed out", metadata: { attempt: 9 } },
    failed("418870233001122334", 4),
  ]);
  await home.goto(`/dashboard/bots/${bot.id}?tab=logs&q=level%3Aerror`);
  await expect(list(home).getByRole("button")).toHaveCount(5);
  await home.keyboard.press("k");
  await expect(list(home).getByRole("button").last()).toBeFocused();
  await home.keyboard.press("Enter");
  const filterBy = home
    .getByRole("dialog")
    .getByRole("button", { name: "Filter by guild.id:418870233001122334", exact: true });
  await expect(filterBy).toBeVisible();
  await filterBy.press("Enter");
  await expect(home.getByRole("dialog")).toHaveCount(0);
  const filter = home.getByRole("combobox", { name: "Filter logs", exact: true });
  await expect(filter).toHaveValue("level:error guild.id:418870233001122334");
  await expect(list(home).getByRole("button")).toHaveText(Array(4).fill(/missing permission/));
});

test("the query suggests how to go on, and underlines what it cannot read", async ({ home, user, url }) => {
  const bot = await open(home, user.api, [
    { message: "\u001b[31mdisk\u001b[0m is full", metadata: { attempt: 4 } },
    { message: "joined", metadata: { guild: "My server" } },
    { message: "left", metadata: { guild: "Other" } },
  ]);
  const filter = home.getByRole("combobox", { name: "Filter logs", exact: true });
  const option = (text: RegExp) =>
    home.getByRole("listbox", { name: "Suggestions", exact: true }).getByRole("option").filter({ hasText: text });
  await home.keyboard.press("/");
  await expect(filter).toBeFocused();
  await filter.pressSequentially("gu");
  await expect(option(/^guild:/)).toBeVisible();
  await filter.press("ArrowDown");
  await filter.press("Enter");
  await expect(filter).toHaveValue("guild:");
  await expect(option(/^"My server"/)).toBeVisible();
  await filter.press("ArrowDown");
  await filter.press("Tab");
  await expect(filter).toHaveValue('guild:"My server" ');
  await expect(list(home).getByRole("button")).toHaveText([/joined/]);

  await filter.fill("/^(joi|le)[a-z]+$/");
  await expect(list(home).getByRole("button")).toHaveText([/joined/, /left/]);
  await write(url, bot, [{ message: "leaving" }, { message: "not leaving" }]);
  await expect(list(home).getByRole("button")).toHaveText([/joined/, /left/, /leaving/]);

  await filter.fill("full /(/");
  await expect(home.getByText(/This expression cannot be read: missing/)).toBeVisible();
  await expect(home.locator(".decoration-wavy")).toHaveText("/(/");
  await filter.fill("full attempt:>3");
  await expect(list(home).getByText("disk", { exact: true })).toHaveClass("text-bad");
});

test("bot: matches every bot whose name contains the text, and shows how many", async ({ home, user, url }) => {
  for (const name of ["Music Box", "Live music", "Weather"])
    await write(url, await makeBot(user.api, name), [{ message: `a line of ${name}` }]);
  await home.goto("/dashboard/logs");
  const filter = home.getByRole("combobox", { name: "Filter logs", exact: true });
  await expect(list(home).getByText("a line of Weather")).toBeVisible();
  await filter.fill("bot:Music");
  await expect(home.getByText('"Music" matches 2 bots: Live music, Music Box')).toBeVisible();
  await expect(list(home).getByRole("button")).toHaveText([/a line of Music Box/, /a line of Live music/]);
  await filter.fill('bot:"music box"');
  await expect(list(home).getByRole("button")).toHaveText([/a line of Music Box/]);
  await filter.fill("bot:trumpet");
  await expect(home.getByText('No bot named "trumpet"')).toBeVisible();
  await expect(list(home)).toHaveCount(0);
});

test("after an outage the banner disappears and the missed lines appear with a mark", async ({ browser, watch }) => {
  const folder = temporaryFolder();
  let server = await startServer({ DATA_DIR: folder });
  const line = await openLine(server.url);
  const context = await browser.newContext({ baseURL: line.url });
  watch.add(context);
  try {
    const api = await signIn(server.url, SERVER_ADMIN);
    await context.request.post("/api/auth/login", { data: SERVER_ADMIN });
    const page = await context.newPage();
    const bot = await open(page, api, many(10, "before"));
    await expect(state(page, "live")).toBeVisible();

    watch.allow(/net::ERR_|WebSocket connection|status of 50\d/);
    line.cut();
    const port = new URL(server.url).port;
    await server.stop();
    server = await startServer({ DATA_DIR: folder, PORT: port });
    await write(server.url, bot, many(14, "missed"));
    const banner = page.getByRole("alert").filter({ hasText: "Live updates stopped" });
    await expect(banner).toBeVisible();
    await expect(page.getByRole("contentinfo").getByText("Not connected")).toBeVisible();
    await expect(list(page).getByText("missed 001")).toHaveCount(0);

    line.mend();
    await expect(page.getByText("reconnected, 14 lines recovered")).toBeVisible();
    await expect(banner).toBeHidden();
    await expect(list(page).getByText("missed 014")).toBeInViewport();
    // Each line once, in order, below the marker.
    await expect(list(page).getByRole("button")).toHaveText(
      [/before/, /missed/].flatMap((stem, at) => Array(at ? 14 : 10).fill(stem)),
    );
    await write(server.url, bot, [{ message: "live again" }]);
    await expect(list(page).getByText("live again")).toBeVisible();
  } finally {
    await context.close();
    await line.close();
    await server.stop();
    removeFolder(folder);
  }
});
