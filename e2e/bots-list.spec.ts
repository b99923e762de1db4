import { readFileSync } from "node:fs";
import { type Bot, makeBot } from "./api";
import { expect, test } from "./test";

test("search and status filter are in the address, and an empty result says that filters hide bots", async ({
  home,
  user,
}) => {
  for (const name of ["Greeter", "Moderator", "Music Box"]) await makeBot(user.api, name);
  await home.goto("/dashboard/bots");
  const rows = home.locator("[data-bot]");
  await expect(rows).toHaveCount(3);
  const search = home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true });
  await search.fill("moderat");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Moderator");
  await expect(home).toHaveURL(/search=moderat/);
  await home.reload();
  await expect(rows).toHaveCount(1);
  // Ids are searched too, so use a text that no random id contains ("zzz" once did).
  await search.fill("nobody is called this");
  await expect(home.getByText("No bots match")).toBeVisible();
  await home.getByRole("button", { name: "Clear filters", exact: true }).click();
  await expect(rows).toHaveCount(3);
  await home.getByRole("combobox", { name: "Status", exact: true }).selectOption("online");
  await expect(home.getByText("No bots match")).toBeVisible();
});

test("the list shows a bot go online and offline without a reload", async ({ home, user, run }) => {
  const bot = await makeBot(user.api, "Visitor");
  await home.goto("/dashboard/bots");
  const row = home.locator(`[data-bot="${bot.id}"]`);
  await expect(row).toContainText("offline");
  const started = run(bot);
  await expect(row).toContainText("online");
  await started.stop();
  await expect(row).toContainText("offline");
});

test("select mode: one command to many bots, with the outcome of each", async ({ home, user, run }) => {
  const bots: Bot[] = [];
  for (const name of ["One", "Two", "Three"]) bots.push(await makeBot(user.api, name));
  run(bots[0]!);
  await home.goto("/dashboard/bots");
  await expect(home.locator(`[data-bot="${bots[0]!.id}"]`)).toContainText("online");
  await home.getByRole("button", { name: "Select bots", exact: true }).click();
  await home.getByRole("checkbox", { name: "Select One", exact: true }).click();
  await home.getByRole("checkbox", { name: "Select Three", exact: true }).click();
  const bar = home.getByRole("region", { name: "Actions for the selected bots", exact: true });
  await expect(bar).toContainText("2 selected");
  await bar.getByRole("button", { name: "Send command", exact: true }).click();
  await home.getByRole("dialog").getByLabel("Command type", { exact: true }).fill("ping");
  await home.getByRole("button", { name: "Run on 2 bots", exact: true }).click();
  const outcome = home.getByRole("dialog", { name: "ping on 2 bots", exact: true });
  await expect(outcome.getByRole("status")).toHaveText("1 delivered, 1 queued");
  await expect(outcome.getByRole("listitem").filter({ hasText: "Three" })).toContainText(/never connected|offline/);
  await outcome.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(bar).toBeHidden();

  const history = async (at: number) => (await user.api.get(`/api/bot/${bots[at]!.id}/commands-history`)).commands;
  await expect.poll(async () => (await history(0))[0]?.status).toBe("completed");
  expect(await history(1)).toEqual([]);
  expect(await history(2)).toMatchObject([{ type: "ping", status: "pending" }]);
});

test("deleting several bots asks for their number", async ({ home, user }) => {
  for (const name of ["One", "Two", "Three"]) await makeBot(user.api, name);
  await home.goto("/dashboard/bots");
  await home.getByRole("button", { name: "Select bots", exact: true }).click();
  await home.getByRole("checkbox", { name: "Select all 3 loaded bots", exact: true }).click();
  await home.getByRole("checkbox", { name: "Select Two", exact: true }).click();
  const bar = home.getByRole("region", { name: "Actions for the selected bots", exact: true });
  await bar.getByRole("button", { name: "Delete", exact: true }).click();
  const ask = home.getByRole("dialog", { name: "Delete 2 bots", exact: true });
  await expect(ask.getByRole("button", { name: "Delete 2 bots", exact: true })).toBeDisabled();
  await ask.getByRole("textbox").fill("2");
  await ask.getByRole("button", { name: "Delete 2 bots", exact: true }).click();
  const outcome = home.getByRole("dialog", { name: "Delete 2 bots", exact: true });
  await expect(outcome.getByRole("status")).toHaveText(/2 done of 2/);
  await outcome.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(home.locator("[data-bot]")).toHaveCount(1);
  expect((await user.api.get("/api/my-bots")).bots).toMatchObject([{ name: "Two" }]);
});

test("the menu of a row opens beside its button at every width", async ({ home, user }) => {
  for (const name of ["One", "Two", "Three", "Four", "Five"]) await makeBot(user.api, name);
  for (const width of [390, 1280, 1920]) {
    await home.setViewportSize({ width, height: 800 });
    await home.goto("/dashboard/bots");
    await home.getByRole("button", { name: "Actions for Four", exact: true }).click();
    const menu = home.getByRole("menu");
    await expect(menu).toBeVisible();
    const box = (await menu.boundingBox())!;
    // Measured with the menu open: a narrow window first shows the table that the server drew, then cards. The open menu
    // hides the page from assistive technology, so the button has no role now.
    const anchor = (await home.locator('[aria-label="Actions for Four"]').boundingBox())!;
    expect(box.x, `at ${width} px`).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, `at ${width} px`).toBeLessThanOrEqual(width);
    expect(Math.abs(box.x + box.width - (anchor.x + anchor.width)), `at ${width} px`).toBeLessThan(12);
    expect(Math.abs(box.y - (anchor.y + anchor.height)), `at ${width} px`).toBeLessThan(12);
    await home.keyboard.press("Escape");
  }
});

test("rows and cards of the list stand directly below one another", async ({ home, user }) => {
  for (const name of ["One", "Two", "Three"]) await makeBot(user.api, name);
  for (const width of [390, 1280]) {
    await home.setViewportSize({ width, height: 800 });
    await home.goto("/dashboard/bots");
    const rows = home.locator("[data-bot]");
    await expect(rows).toHaveCount(3);
    // A narrow window first shows the rows of a wide one: the server does not know the width.
    const gaps = async () => {
      const boxes = await Promise.all((await rows.all()).map((row) => row.boundingBox()));
      return boxes.slice(1).map((box, at) => box!.y - boxes[at]!.y - boxes[at]!.height);
    };
    await expect.poll(gaps, { message: `at ${width} px` }).toEqual([0, 0]);
  }
});

test("Display: choose columns and compact rows, which stay after a reload, tiles, and a file of the filtered bots", async ({
  home,
  user,
}) => {
  await home.setViewportSize({ width: 1600, height: 800 });
  const { team } = await user.api.post("/api/teams", { name: "Night shift" });
  await user.api.post("/api/my-bots", { name: "=Ada", metadata: { version: "1.2.3", platform: "discord" } });
  await user.api.post("/api/my-bots", { name: "Bell", metadata: { version: "2.0" }, team_id: team.id });
  await home.goto("/dashboard/bots");
  const row = home.locator("[data-bot]", { hasText: "=Ada" });
  const display = home.getByRole("button", { name: "Display", exact: true });
  await expect(row).not.toContainText("1.2.3");
  await display.click();
  // The menu stays open until it is left, so that several columns can be chosen.
  await home.getByRole("menuitem", { name: "Version", exact: true }).click();
  await home.getByRole("menuitem", { name: "Uptime, 24 h (shown)", exact: true }).click();
  await expect(home.getByRole("menuitem", { name: /^Version/ })).toContainText("(shown)");
  await home.getByRole("menuitem", { name: "Compact rows", exact: true }).click();
  await expect(row).toContainText("1.2.3");
  await home.reload();
  await expect(row).toContainText("1.2.3");
  await expect.poll(async () => (await row.boundingBox())?.height).toBe(26);
  await expect(home.getByRole("columnheader", { name: "Uptime, 24 h", exact: true })).toHaveCount(0);

  await home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true }).fill("=Ada");
  await expect(home.locator("[data-bot]")).toHaveCount(1);
  await display.click();
  const saving = home.waitForEvent("download");
  await home.getByRole("menuitem", { name: "Download these bots (CSV)", exact: true }).click();
  const lines = readFileSync(await (await saving).path(), "utf8")
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/ID,Name,Status/);
  expect(lines[1]).toContain(",'=Ada,offline,");
  await expect(home.getByText("Saved 1 bot as bots.csv", { exact: true })).toBeVisible();

  await home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true }).fill("");
  await display.click();
  await home.getByRole("menuitem", { name: "Show as tiles", exact: true }).click();
  await expect(home).toHaveURL(/as=tiles/);
  const tiles = home.getByRole("list", { name: "Bots", exact: true }).getByRole("listitem");
  await expect(tiles).toHaveCount(2);
  await tiles.filter({ hasText: "Bell" }).getByRole("link").click();
  await expect(home.getByRole("heading", { name: "Bell", level: 1, exact: true })).toBeVisible();
});
