/** The part of a journey in which a tag is shared. */
import type { Page } from "@playwright/test";
import type { apiOf, Bot } from "./api";
import { expect, expectLive } from "./test";

type Sharing = { owner: ReturnType<typeof apiOf>; bot: Bot; guest: Page; username: string };

/** Shares a tag of the owner's bots: the guest sees the bot, and loses it when the tag is removed from it. */
export async function sharesTag(home: Page, { owner, bot, guest, username }: Sharing): Promise<void> {
  await owner.put(`/api/my-bots/${bot.id}/tags`, { tags: ["night"] });
  await home.goto("/dashboard/teams");
  const dialog = home.getByRole("dialog");
  await home.getByRole("button", { name: "Share tag", exact: true }).click();
  await dialog.getByLabel("Tag", { exact: true }).fill("night");
  await dialog.getByLabel("Username", { exact: true }).fill(username);
  await dialog.getByRole("button", { name: "Share tag", exact: true }).click();
  const row = home
    .getByRole("table", { name: "Shared tags", exact: true })
    .getByRole("row")
    .filter({ hasText: "night" });
  await expect(row).toContainText(username);
  await expect(row).toContainText("1 bot");
  await row.getByRole("button", { name: `Change access of ${username} by night`, exact: true }).click();
  await dialog.getByLabel("Role", { exact: true }).selectOption("operator");
  await dialog.getByRole("button", { name: "Save access", exact: true }).click();
  await expect(row.getByText("operator", { exact: true }).last()).toBeVisible();

  const content = guest.locator("#content");
  await expect(content.getByRole("link", { name: "Music Box", exact: true })).toBeVisible();
  await content.getByRole("link", { name: "Music Box", exact: true }).click();
  await expect(guest.getByText("shared with you by the tag night", { exact: true })).toBeVisible();
  await expectLive(guest);
  await owner.put(`/api/my-bots/${bot.id}/tags`, { tags: [] });
  const notice = guest.getByRole("alert").filter({ hasText: "Your access to Music Box has ended" });
  await expect(notice).toContainText("You saw it by the tag night");
  await row.getByRole("button", { name: `End access of ${username} by night`, exact: true }).click();
  await dialog.getByRole("button", { name: "End access", exact: true }).click();
  await expect(home.getByText("No shared tags", { exact: true })).toBeVisible();
}
