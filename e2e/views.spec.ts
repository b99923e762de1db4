/** A person's journey through saved views: one is saved, pinned, opened, shared with a team, renamed and deleted. */
import type { Page } from "@playwright/test";
import { fresh, makeBot, makeUser } from "./api";
import { expect, test } from "./test";

const BOTS = "/dashboard/bots";
const pinnedIn = (page: Page) => page.getByRole("list", { name: "Pinned views of bots", exact: true });
const dialogIn = (page: Page, name: string) => page.getByRole("dialog", { name, exact: true });
const openViews = async (page: Page) => {
  await page.getByRole("button", { name: "Views", exact: true }).click();
  return dialogIn(page, "Views");
};

test("a filter is saved as a view, pinned, opened from the sidebar, changed and deleted", async ({ home, user }) => {
  const [night] = [await makeBot(user.api, "Night Porter"), await makeBot(user.api, "Day Porter")];
  await user.api.put(`/api/my-bots/${night.id}/tags`, { tags: ["night"] });
  await home.goto(BOTS);
  await expect(home.getByText("Day Porter", { exact: true })).toBeVisible();
  await expect(home.getByRole("button", { name: "Save view", exact: true })).toBeHidden();
  const views = await openViews(home);
  await expect(views.getByText("No saved views", { exact: true })).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(views).toBeHidden();

  await home.getByRole("combobox", { name: "Tag", exact: true }).selectOption("night");
  await expect(home.getByText("Day Porter", { exact: true })).toBeHidden();
  await home.getByRole("button", { name: "Save view", exact: true }).click();
  const form = dialogIn(home, "Save view");
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Night bots");
  await expect(form.getByRole("checkbox", { name: "Pin to the sidebar", exact: true })).toBeChecked();
  await form.getByRole("button", { name: "Save view", exact: true }).click();
  await expect(form).toBeHidden();
  const link = pinnedIn(home).getByRole("link", { name: "Night bots", exact: true });
  await expect(link).toHaveAttribute("aria-current", "true");
  await expect(home.getByRole("button", { name: "Save view", exact: true })).toBeHidden();

  await home.goto("/dashboard/inbox");
  await link.click();
  await expect(home).toHaveURL(/\/dashboard\/bots\?tag=night$/);
  await expect(home.getByText("Night Porter", { exact: true })).toBeVisible();
  await expect(home.getByText("Day Porter", { exact: true })).toBeHidden();

  // The palette offers it as well.
  await home.goto("/dashboard/inbox");
  await expect(link).toBeVisible();
  await home.keyboard.press("ControlOrMeta+k");
  await home.getByRole("option", { name: "Night bots", exact: true }).click();
  await expect(home).toHaveURL(/\/dashboard\/bots\?tag=night$/);

  // Renamed, with another filter.
  await home.getByRole("combobox", { name: "Status", exact: true }).selectOption("offline");
  await expect(home.getByRole("button", { name: "Save view", exact: true })).toBeVisible();
  await openViews(home);
  await views.getByRole("button", { name: "Edit Night bots", exact: true }).click();
  const edit = dialogIn(home, "Edit view Night bots");
  await edit.getByRole("textbox", { name: "Name", exact: true }).fill("Sleeping bots");
  await edit.getByRole("checkbox", { name: "Replace its filter with the present one", exact: true }).click();
  await edit.getByRole("button", { name: "Save changes", exact: true }).click();
  await expect(edit).toBeHidden();
  const renamed = views.getByRole("listitem").filter({ hasText: "Sleeping bots" });
  await expect(renamed).toContainText("offline, tag night");
  // The page behind a dialog is hidden from roles, so that the sidebar is looked at without it.
  await home.keyboard.press("Escape");
  await expect(pinnedIn(home).getByRole("link", { name: "Sleeping bots", exact: true })).toBeVisible();
  await openViews(home);
  await renamed.getByRole("button", { name: "Unpin Sleeping bots", exact: true }).click();
  await expect(renamed.getByRole("button", { name: "Pin Sleeping bots", exact: true })).toBeVisible();
  await renamed.getByRole("button", { name: "Delete Sleeping bots", exact: true }).click();
  const question = dialogIn(home, "Delete view Sleeping bots");
  await question.getByRole("button", { name: "Delete view", exact: true }).click();
  await expect(question).toBeHidden();
  await expect(views.getByText("No saved views", { exact: true })).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(pinnedIn(home)).toBeHidden();
  // Only the name is gone: the list keeps the filter.
  await expect(home).toHaveURL(/tag=night/);
  await expect(home.getByText("Night Porter", { exact: true })).toBeVisible();
});

test("a query of logs is saved with its range, pinned, and opened from another page", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Greeter");
  await user.api.post(`/api/bot/${bot.id}/logs`, [
    { type: "error", message: "Gateway lost" },
    { type: "info", message: "All is well" },
  ]);
  await home.goto("/dashboard/logs?q=level:error&from=now-24h&to=now");
  const lines = home.getByRole("log");
  await expect(lines).toContainText("Gateway lost");
  await expect(lines).not.toContainText("All is well");
  await home.getByRole("button", { name: "Save view", exact: true }).click();
  const form = dialogIn(home, "Save view");
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Errors of today");
  await form.getByRole("button", { name: "Save view", exact: true }).click();
  await expect(form).toBeHidden();
  const pinned = home.getByRole("list", { name: "Pinned views of logs", exact: true });
  const link = pinned.getByRole("link", { name: "Errors of today", exact: true });
  await expect(link).toHaveAttribute("aria-current", "true");
  await expect(pinnedIn(home)).toBeHidden();

  await home.goto(BOTS);
  const views = await openViews(home);
  await expect(views.getByText("No saved views", { exact: true })).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(views).toBeHidden();
  await link.click();
  await expect(home).toHaveURL(/\/dashboard\/logs\?q=level%3Aerror&from=now-24h&to=now$/);
  await expect(lines).toContainText("Gateway lost");
  await expect(lines).not.toContainText("All is well");
  await openViews(home);
  await expect(views.getByRole("listitem")).toContainText("level:error, Last 24 hours");

  // A line is opened with those around it. The view leaves both.
  await home.goto("/dashboard/logs?q=level:info");
  await lines.getByRole("button", { name: /All is well/ }).click();
  const line = home.getByRole("dialog", { name: /^Line \d+$/ });
  await line.getByRole("button", { name: "Show surrounding lines", exact: true }).click();
  await expect(lines).toContainText("Gateway lost");
  await home.keyboard.press("Escape");
  await expect(line).toBeHidden();
  await expect(lines).toContainText("All is well");
  await link.click();
  await expect(lines).toContainText("Gateway lost");
  await expect(lines).not.toContainText("All is well");
});

test("a view that is shared with a team is used by its members, on a phone too, and kept by who made it", async ({
  home,
  user,
  url,
  windowOf,
}) => {
  const { team } = await user.api.post("/api/teams", { name: fresh("Night shift") });
  const member = await makeUser(url, "grace");
  await user.api.post(`/api/teams/${team.id}/members`, { username: member.username, role: "viewer" });
  await user.api.post("/api/my-bots", { name: "Night Porter", team_id: team.id });
  await home.goto(`${BOTS}?status=offline&sort=created_at`);
  await home.getByRole("button", { name: "Save view", exact: true }).click();
  const form = dialogIn(home, "Save view");
  const name = fresh("Asleep");
  await form.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await form.getByRole("combobox", { name: "Visible to", exact: true }).selectOption(team.name);
  await form.getByRole("checkbox", { name: "Pin to the sidebar", exact: true }).click();
  await form.getByRole("button", { name: "Save view", exact: true }).click();
  await expect(form).toBeHidden();
  await expect(pinnedIn(home)).toBeHidden();

  const other = await windowOf(member);
  await other.setViewportSize({ width: 390, height: 844 });
  await other.goto(BOTS);
  const views = await openViews(other);
  const row = views.getByRole("listitem").filter({ hasText: name });
  await expect(row).toContainText(team.name);
  await expect(row).toContainText("offline, sorted by newest");
  await row.getByRole("button", { name: `Pin ${name}`, exact: true }).click();
  await expect(row.getByRole("button", { name: `Unpin ${name}`, exact: true })).toBeVisible();
  await expect(row.getByRole("button", { name: `Delete ${name}`, exact: true })).toBeHidden();
  await expect(row.getByRole("button", { name: `Edit ${name}`, exact: true })).toBeHidden();
  await row.getByRole("link", { name, exact: true }).click();
  await expect(views).toBeHidden();
  await expect(other).toHaveURL(/status=offline&sort=created_at$/);
  await expect(other.getByText("Night Porter", { exact: true })).toBeVisible();
  await other.getByRole("button", { name: "Open navigation", exact: true }).click();
  const drawer = dialogIn(other, "Navigation");
  await expect(drawer.getByRole("link", { name, exact: true })).toBeVisible();

  // A pin is the person's own.
  await home.reload();
  await expect(home.getByText("Night Porter", { exact: true })).toBeVisible();
  await expect(pinnedIn(home)).toBeHidden();
});
