/** Two windows edit one object: neither overwrites the other silently, and an unchanged form follows updates. */
import type { Page } from "@playwright/test";
import { makeBot } from "./api";
import { expect, expectLive, test, typeJson } from "./test";

const mergeDialog = (page: Page) => page.getByRole("dialog", { name: "Someone else saved first", exact: true });
const option = (page: Page, field: string, side: "Theirs" | "Yours") =>
  mergeDialog(page)
    .getByRole("group", { name: new RegExp(`^${field} `) })
    .getByRole("radio", { name: new RegExp(`^${side}`) });
const REFUSED = /status of 409/;
const SIZES = [
  [1280, 800],
  [390, 844],
] as const;

/** Saves screenshots of the dialog for design reviews, only with PICTURES=<folder>. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (!folder) return;
  for (const colorScheme of ["light", "dark"] as const)
    for (const [width, height] of SIZES) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png` });
    }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("two windows edit one bot's settings: the second sees both values and saves the merge", async ({
  watch,
  user,
  windowOf,
}) => {
  watch.allow(REFUSED);
  const bot = await makeBot(user.api, "Greeter");
  const path = `/dashboard/bots/${bot.id}?tab=settings`;
  await user.api.put(`/api/bot/${bot.id}/settings`, { prefix: "!", limit: 10, tags: ["a", "b"] });
  const [first, second] = [await windowOf(user), await windowOf(user)];
  for (const page of [first, second]) {
    await page.goto(path);
    await expectLive(page);
    await expect(page.locator(".cm-editor")).toContainText("limit");
  }

  // The second window starts editing before the first one saves.
  await typeJson(second, "Settings (JSON object)", { prefix: "?", limit: 10, tags: ["a", "c"] });
  await expect(second.getByText("unsaved changes")).toBeVisible();
  await typeJson(first, "Settings (JSON object)", { prefix: "#", limit: 20, tags: ["a", "b"] });
  await first.getByRole("button", { name: "Save settings", exact: true }).click();
  await expect(first.getByText("Saved version 2 and notified the bot")).toBeVisible();

  await second.getByRole("button", { name: "Save settings", exact: true }).click();
  await expect(mergeDialog(second)).toBeVisible();
  await picture(second, "settings");
  // Fields that only one side changed are preselected; for fields changed on both sides the person decides.
  await expect(option(second, "limit", "Theirs")).toBeChecked();
  await expect(option(second, "tags", "Yours")).toBeChecked();
  await expect(option(second, "prefix", "Yours")).toBeChecked();
  await option(second, "prefix", "Theirs").check();
  await mergeDialog(second).getByRole("button", { name: "Save merged", exact: true }).click();
  await expect(mergeDialog(second)).toBeHidden();
  const { settings, version } = await user.api.get(`/api/bot/${bot.id}/settings`);
  expect([settings, version]).toEqual([{ prefix: "#", limit: 20, tags: ["a", "c"] }, 3]);

  // The first window has no changes, so it shows the new values.
  await expect(first.locator(".cm-editor")).toContainText('"c"');
  await expect(first.getByRole("button", { name: "Save settings", exact: true })).toBeDisabled();
});

test("the stored settings can be taken, or one's own kept, on purpose", async ({ watch, user, windowOf }) => {
  watch.allow(REFUSED);
  const bot = await makeBot(user.api, "Chooser");
  const page = await windowOf(user);
  const settings = `/api/bot/${bot.id}/settings`;
  await page.goto(`/dashboard/bots/${bot.id}?tab=settings`);
  await expectLive(page);
  const collide = async (theirs: object, yours: object) => {
    await typeJson(page, "Settings (JSON object)", yours);
    await expect(page.getByText("unsaved changes")).toBeVisible();
    await user.api.put(settings, theirs);
    await page.getByRole("button", { name: "Save settings", exact: true }).click();
    await expect(mergeDialog(page)).toBeVisible();
  };

  await collide({ who: "them" }, { who: "me" });
  await mergeDialog(page).getByRole("button", { name: "Take theirs", exact: true }).click();
  await expect(page.locator(".cm-editor")).toContainText("them");
  await expect(page.getByRole("button", { name: "Save settings", exact: true })).toBeDisabled();
  expect((await user.api.get(settings)).settings).toEqual({ who: "them" });

  await collide({ who: "them again" }, { who: "me again" });
  await mergeDialog(page).getByRole("button", { name: "Keep mine", exact: true }).click();
  await expect(mergeDialog(page)).toBeHidden();
  expect((await user.api.get(settings)).settings).toEqual({ who: "me again" });

  // Escape keeps the typed values; saving asks again.
  await collide({ who: "others" }, { who: "typed" });
  await page.keyboard.press("Escape");
  await expect(mergeDialog(page)).toBeHidden();
  await expect(page.locator(".cm-editor")).toContainText("typed");
  await page.getByRole("button", { name: "Save settings", exact: true }).click();
  await mergeDialog(page).getByRole("button", { name: "Keep editing", exact: true }).click();
  await page.getByRole("button", { name: "Save settings", exact: true }).click();
  await expect(page.getByRole("button", { name: "Save settings", exact: true })).toBeDisabled();
  expect((await user.api.get(settings)).settings).toEqual({ who: "typed" });
});

test("two windows edit one rule: both edits survive, and an open, untouched form follows", async ({
  watch,
  user,
  windowOf,
}) => {
  watch.allow(REFUSED);
  const { rule } = await user.api.post("/api/alert-rules", { name: "Gone", metric: "bot_offline", threshold: 300 });
  const [first, second] = [await windowOf(user), await windowOf(user)];
  for (const page of [first, second]) {
    await page.goto("/dashboard/alerts?tab=rules");
    await expectLive(page);
    await page.getByRole("button", { name: "Edit Gone", exact: true }).click();
  }
  const name = (page: Page) => page.getByLabel("Name", { exact: true });
  await name(second).fill("Offline for long");
  await first.getByLabel("Threshold, seconds", { exact: true }).fill("600");
  await first.getByRole("button", { name: "Save rule", exact: true }).click();
  await expect(first.getByText("Rule Gone saved and turned on")).toBeVisible();
  // The first window opens the form again and changes nothing.
  await first.getByRole("button", { name: "Edit Gone", exact: true }).click();

  await second.getByRole("button", { name: "Save rule", exact: true }).click();
  await expect(option(second, "Threshold", "Theirs")).toBeChecked();
  await expect(option(second, "Name", "Yours")).toBeChecked();
  await picture(second, "rule");
  await mergeDialog(second).getByRole("button", { name: "Save merged", exact: true }).click();
  await expect(mergeDialog(second)).toBeHidden();
  expect((await user.api.get(`/api/alert-rules/${rule.rule_id}`)).rule).toMatchObject({
    ...{ name: "Offline for long", threshold: 600, version: 2 },
  });
  await first.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await expect(name(first)).toHaveValue("Offline for long");
});

test("a profile changed in another window is followed while untouched, and merged when both changed it", async ({
  watch,
  user,
  home,
}) => {
  watch.allow(REFUSED);
  const save = (fields: object) => user.api.post("/api/auth/update-profile", fields);
  await home.goto("/account");
  await home.getByLabel("Full name", { exact: true }).fill("Ada Lovelace");
  await save({ phone: "+49 30 1234" });
  await home.getByRole("button", { name: "Save profile", exact: true }).click();
  await expect(option(home, "Phone", "Theirs")).toBeChecked();
  await expect(option(home, "Full name", "Yours")).toBeChecked();
  await picture(home, "profile");
  await mergeDialog(home).getByRole("button", { name: "Save merged", exact: true }).click();
  await expect(home.getByText("Profile saved")).toBeVisible();
  await expect(home.getByRole("textbox", { name: "Phone", exact: true })).toHaveValue("+49 30 1234");
  expect((await user.api.get("/api/auth/me")).user).toMatchObject({ fullname: "Ada Lovelace", phone: "+49 30 1234" });

  // A saved form counts as unchanged, so it shows the values that another window stores.
  await save({ gender: "female" });
  await home.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await expect(home.getByLabel("Gender", { exact: true })).toHaveValue("female");
  await home.getByLabel("Full name", { exact: true }).fill("Ada King");
  await home.getByRole("button", { name: "Save profile", exact: true }).click();
  await expect
    .poll(async () => (await user.api.get("/api/auth/me")).user)
    .toMatchObject({ fullname: "Ada King", gender: "female" });
});
