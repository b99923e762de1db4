/** A person reaches a quota, reads who can raise it, and goes on when an admin has raised it. */
import type { Page } from "@playwright/test";
import { fresh, makeBot } from "./api";
import { ADMIN } from "./people";
import { expect, test } from "./test";

/** Sets the limit of bots of a person, from the list of users. */
async function limitBots(admin: Page, username: string, limit: string): Promise<void> {
  await admin.goto(`/admin?q=${username}`);
  await admin.getByRole("button", { name: `More actions for ${username}`, exact: true }).click();
  await admin.getByRole("menuitem", { name: "Change limits", exact: true }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Bots", { exact: true }).fill(limit);
  await dialog.getByRole("button", { name: "Save limits", exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

const usageOf = (page: Page) =>
  page.getByRole("listitem").filter({ has: page.getByRole("progressbar", { name: "Bots", exact: true }) });

test("a person reaches a quota of bots, and an admin raises it", async ({ user, home, windowOf, watch }) => {
  watch.allow(/409/);
  await makeBot(user.api, fresh("first"));
  const admin = await windowOf(ADMIN);
  await limitBots(admin, user.username, "1");

  await home.goto("/account");
  await expect(usageOf(home)).toContainText("Limit reached");
  await expect(usageOf(home)).toContainText("1 of 1");
  await expect(home.getByText("An admin of this server can raise a limit.", { exact: true })).toBeVisible();

  await home.goto("/dashboard/bots");
  await home.getByRole("button", { name: "New bot", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Second");
  await dialog.getByRole("button", { name: "Create bot", exact: true }).click();
  await expect(dialog.getByText("You have 1 of 1 bots. An admin of this server can raise the limit.")).toBeVisible();

  await limitBots(admin, user.username, "2");
  await dialog.getByRole("button", { name: "Create bot", exact: true }).click();
  await expect(dialog.getByRole("link", { name: "Open bot", exact: true })).toBeVisible();
  await home.goto("/account");
  await expect(usageOf(home)).toContainText("2 of 2");
});
