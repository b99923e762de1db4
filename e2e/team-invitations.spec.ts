/** An owner invites to a team by links: one for somebody with an account, one for somebody without. */
import type { Page } from "@playwright/test";
import { fresh, makeUser } from "./api";
import { expect, test } from "./test";

/** Makes an invitation with a role, and returns the path of its link. */
async function invite(home: Page, role: string): Promise<string> {
  await home.getByRole("button", { name: "Invite person", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Role", { exact: true }).selectOption(role);
  await dialog.getByRole("button", { name: "Create invitation", exact: true }).click();
  const link = new URL((await dialog.getByRole("code").textContent()) ?? "");
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  return link.pathname + link.search;
}

test("people with and without an account join a team by its invitations, each of which works once", async ({
  home,
  url,
  windowOf,
  page,
  watch,
}) => {
  watch.allow(/status of (400|401|404)/);
  const member = await makeUser(url, "member");
  await home.goto("/dashboard/teams");
  await home.getByRole("button", { name: "Create team", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Early shift");
  await dialog.getByRole("button", { name: "Create team", exact: true }).click();
  await expect(home.getByText("No open invitations.")).toBeVisible();

  const first = await invite(home, "operator");
  const open = home.getByRole("table", { name: "Open invitations", exact: true });
  await expect(open.getByText("Whoever has the link")).toBeVisible();
  const other = await windowOf(member);
  await other.goto(first);
  await expect(other.getByText("invited you to the team Early shift as an operator.")).toBeVisible();
  await other.getByRole("button", { name: "Join team", exact: true }).click();
  await expect(other.getByText("2 members. You are an operator.")).toBeVisible();

  const second = await invite(home, "viewer");
  await page.goto(second);
  await expect(page.getByRole("link", { name: "Sign in to join", exact: true })).toBeVisible();
  const name = fresh("guest");
  await page.getByLabel("Username", { exact: true }).fill(name);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("a long password of a guest");
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await expect(page.getByText("3 members. You are a viewer.")).toBeVisible();
  await page.goto(first);
  await expect(page.getByRole("heading", { name: "This invitation no longer works", exact: true })).toBeVisible();

  const third = await invite(home, "owner");
  await open.getByRole("button", { name: "Revoke", exact: true }).click();
  await dialog.getByRole("button", { name: "Revoke invitation", exact: true }).click();
  await expect(home.getByText("No open invitations.")).toBeVisible();
  await other.goto(third);
  await expect(other.getByRole("heading", { name: "This invitation no longer works", exact: true })).toBeVisible();
});
