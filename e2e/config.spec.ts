/** The configuration page: edit, review, save and undo; leaving with unsaved changes; two tabs that change the same section. */
import type { Page } from "@playwright/test";
import { makeUser } from "./api";
import { ADMIN } from "./people";
import { expect, expectLive, test, unfold } from "./test";

const bar = (page: Page) => page.getByRole("region", { name: "Unsaved changes", exact: true });
const open = async (page: Page, section: string) => {
  await page.goto(`/admin/config?section=${section}`);
  await expect(page.getByRole("heading", { name: "Settings", level: 1, exact: true })).toBeVisible();
  await expectLive(page);
};

test.beforeEach(async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  for (const section of ["general", "welcome", "tickets", "meme", "roles", "server_guide"])
    expect((await page.request.post(`/api/config/${section}/reset`)).status()).toBe(200);
});

test("a section is edited, compared, saved with the keyboard and undone from the history", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  await open(page, "tickets");
  const silent = page.getByLabel("Close when inactive for", { exact: true });
  await silent.fill("48");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByLabel("Types of ticket, entry 4", { exact: true })).toBeFocused();
  await page.keyboard.type("Appeal");
  await expect(bar(page)).toContainText("2 unsaved changes");
  await expect(
    page
      .getByRole("navigation", { name: "Settings sections", exact: true })
      .getByLabel("has unsaved changes", { exact: true }),
  ).toHaveCount(1);
  await bar(page).getByRole("button", { name: "Review changes", exact: true }).click();
  const review = page.getByRole("dialog", { name: "Review changes", exact: true });
  await expect(review.locator("del")).toHaveText(/168/);
  await expect(review.locator("ins")).toHaveText([/48/, /Appeal/]);
  await page.keyboard.press("Escape");
  await expect(review).toBeHidden();
  await page.keyboard.press("Control+s");
  await expect(page.getByText("2 changes saved")).toBeVisible();
  await expect(bar(page)).toBeHidden();
  await page.reload();
  await expect(silent).toHaveValue("48");

  await page.getByRole("button", { name: /^history/i }).click();
  await page
    .getByRole("button", { name: /^Undo version/ })
    .first()
    .click();
  await expect(page.getByText("reverted version").first()).toBeVisible();
  await page.getByRole("button", { name: /^settings/i }).click();
  await expect(silent).toHaveValue("168");
  await expect(page.getByLabel("Types of ticket, entry 4", { exact: true })).toHaveCount(0);
});

test("a wrong value is explained beside its field and cannot be saved", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  await open(page, "general");
  await page.getByLabel("Message cooldown", { exact: true }).fill("4000");
  await expect(page.getByText("3600 or less.")).toBeVisible();
  await expect(bar(page).getByRole("button", { name: "Save changes", exact: true })).toBeDisabled();
  await page.getByRole("button", { name: "Reset Message cooldown to its default", exact: true }).click();
  await expect(bar(page)).toBeHidden();
});

test("search finds settings of every section, and unsaved changes are kept between sections", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  await open(page, "general");
  await page.getByRole("searchbox", { name: "Search settings", exact: true }).fill("subreddit");
  const entry = page.getByLabel("Subreddits, entry 1", { exact: true });
  await entry.fill("wholesomememes");
  await page.getByRole("searchbox", { name: "Search settings", exact: true }).fill("no such setting");
  await page.getByRole("button", { name: "Clear filters", exact: true }).click();
  await page.getByRole("button", { name: "Welcome", exact: true }).click();
  await page.getByLabel("Rules", { exact: true }).fill("1. Be kind\n2. No spam");
  await expect(bar(page)).toContainText("2 unsaved changes");
  await bar(page).getByRole("button", { name: "Save changes", exact: true }).click();
  await expect(page.getByText("2 changes saved")).toBeVisible();
  const stored = await (await page.request.get("/api/config")).json();
  expect([stored.meme.default_subreddits, stored.welcome.rules_text]).toEqual([
    ["wholesomememes", "dankmemes"],
    "1. Be kind\n2. No spam",
  ]);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(page.getByText("Changes undone")).toBeVisible();
  await expect(page.getByLabel("Rules", { exact: true })).toHaveValue("");
});

test("lists, named ids and objects have their own editors", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  await open(page, "roles");
  const names = page.getByRole("group", { name: "Names of interest roles", exact: true });
  await names.getByRole("button", { name: "Add", exact: true }).click();
  await page.keyboard.type("Games");
  await page.getByLabel("Names of interest roles, id 1", { exact: true }).fill("x");
  await expect(page.getByText(/must be a Discord id/)).toBeVisible();
  await page.getByLabel("Names of interest roles, id 1", { exact: true }).fill("111222333");
  await page.getByRole("button", { name: "Server guide", exact: true }).click();
  const categories = page.getByRole("group", { name: "Categories", exact: true });
  await categories.getByRole("button", { name: "Add", exact: true }).click();
  await categories.getByLabel("Name", { exact: true }).fill("Start here");
  await categories.getByLabel("Emoji", { exact: true }).fill("👋");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("2 changes saved")).toBeVisible();
  const stored = await (await page.request.get("/api/config")).json();
  expect(stored.roles.interest_roles).toEqual({ Games: "111222333" });
  expect(stored.server_guide.categories).toEqual([{ name: "Start here", emoji: "👋" }]);
});

test("leaving with unsaved changes asks first", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  await open(page, "general");
  await page.getByLabel("Bot name", { exact: true }).fill("Greeter");
  await unfold(page, "Administer");
  const users = page.getByRole("navigation").getByRole("link", { name: "Users", exact: true });
  await users.click();
  const ask = page.getByRole("dialog", { name: "Unsaved changes", exact: true });
  await ask.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByLabel("Bot name", { exact: true })).toHaveValue("Greeter");
  await users.click();
  await ask.getByRole("button", { name: "Discard changes", exact: true }).click();
  await expect(page).toHaveURL("/admin");
});

test("with two tabs, changes arrive at once, and a field changed in both asks which to keep", async ({ windowOf }) => {
  const [one, two] = [await windowOf(ADMIN), await windowOf(ADMIN)];
  await open(one, "general");
  await open(two, "general");
  await one.getByLabel("Bot name", { exact: true }).fill("Mine");
  await one.getByLabel("Command prefix", { exact: true }).fill("?");
  await two.getByLabel("Bot name", { exact: true }).fill("Theirs");
  await two.getByLabel("Message cooldown", { exact: true }).fill("9");
  await bar(two).getByRole("button", { name: "Save changes", exact: true }).click();
  await expect(two.getByText("2 changes saved")).toBeVisible();

  await expect(one.getByLabel("Message cooldown", { exact: true })).toHaveValue("9");
  await expect(one.getByText(`${ADMIN.username} saved a different value while you were editing:`)).toBeVisible();
  await expect(bar(one).getByRole("button", { name: "Save changes", exact: true })).toBeDisabled();
  await one.getByRole("button", { name: "Keep mine", exact: true }).click();
  await bar(one).getByRole("button", { name: "Save changes", exact: true }).click();
  await expect(two.getByLabel("Bot name", { exact: true })).toHaveValue("Mine");
  await expect(two.getByLabel("Command prefix", { exact: true })).toHaveValue("?");
});

test("a save of an old version is refused and loses nothing, even if the change was not received", async ({
  windowOf,
  watch,
}) => {
  watch.allow(/409/);
  const [page, other] = [await windowOf(ADMIN), await windowOf(ADMIN)];
  // Cut this tab's live connection, so that it gets no updates.
  await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
  await page.route(/\/socket\.io\//, (route) => route.abort());
  watch.allow(/socket\.io|WebSocket/);
  await page.goto("/admin/config?section=general");
  await page.getByLabel("Bot name", { exact: true }).fill("Mine");
  expect((await other.request.put("/api/config/general", { data: { bot_name: "Theirs" } })).status()).toBe(200);
  await bar(page).getByRole("button", { name: "Save changes", exact: true }).click();
  await expect(page.getByText("Someone saved a different value while you were editing:")).toBeVisible();
  await page.getByRole("button", { name: "Take theirs", exact: true }).click();
  await expect(page.getByLabel("Bot name", { exact: true })).toHaveValue("Theirs");
  await expect(bar(page)).toBeHidden();
});

test("only admins see the page, and it works on a phone", async ({ windowOf, url, watch }) => {
  watch.allow(/404/);
  const stranger = await windowOf(await makeUser(url));
  await stranger.goto("/admin/config");
  await expect(stranger.getByRole("heading", { name: "Page not found", exact: true })).toBeVisible();
  await expect(stranger.getByRole("link", { name: "Settings", exact: true })).toHaveCount(0);
  const page = await windowOf(ADMIN);
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "general");
  await page.getByLabel("Section", { exact: true }).selectOption("Channels");
  await page.getByLabel("Log", { exact: true }).fill("123456789");
  await expect(bar(page)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
