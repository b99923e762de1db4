import { fresh } from "./api";
import { ADMIN } from "./people";
import { expect, test } from "./test";

test("an admin invites somebody by a link, who makes an account with it, once", async ({ windowOf, page, watch }) => {
  const admin = await windowOf(ADMIN);
  watch.allow(/status of (400|401)/);
  await admin.goto("/admin");
  await admin.getByRole("button", { name: "Invite person", exact: true }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Role", { exact: true }).selectOption("moderator");
  await dialog.getByRole("button", { name: "Create invitation", exact: true }).click();
  const link = new URL((await dialog.getByRole("code").textContent()) ?? "");
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  const open = admin.getByRole("table", { name: "Open invitations", exact: true });
  await expect(open.getByText("Whoever has the link").first()).toBeVisible();

  const name = fresh("guest");
  await page.goto(link.pathname + link.search);
  await expect(page.getByText("invited you to this server as a moderator.")).toBeVisible();
  await page.getByLabel("Username", { exact: true }).fill(name);
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("a long password of a guest");
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await expect(page).toHaveURL(/\/dashboard/);

  await page.context().clearCookies();
  await page.goto(link.pathname + link.search);
  await expect(page.getByRole("heading", { name: "This invitation no longer works", exact: true })).toBeVisible();
});

test("a key is limited to scopes and networks, and rotated", async ({ home, watch }) => {
  watch.allow(/status of (400|401)/);
  await home.goto("/account");
  await home.getByRole("button", { name: "Create key", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("log reader");
  await dialog.getByLabel("Scope", { exact: true }).selectOption("areas");
  await dialog.getByRole("checkbox", { name: "logs:read", exact: true }).click();
  await dialog.getByText("Limit to bots, tags or networks").click();
  await dialog.getByLabel("Addresses (leave empty for all)", { exact: true }).fill("192.0.2.0/24");
  await dialog.getByRole("button", { name: "Create key", exact: true }).click();
  await expect(dialog.getByRole("heading", { name: "Your new API key", exact: true })).toBeVisible();
  const secret = await dialog.getByRole("code").first().textContent();
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  const row = home.getByRole("row", { name: /log reader/ });
  await expect(row.getByText("logs:read")).toBeVisible();
  await expect(row.getByText("Only 192.0.2.0/24")).toBeVisible();

  await row.getByRole("button", { name: "Rotate log reader", exact: true }).click();
  await dialog.getByRole("button", { name: "Rotate key", exact: true }).click();
  await expect(dialog.getByRole("heading", { name: "Your new secret", exact: true })).toBeVisible();
  expect(await dialog.getByRole("code").textContent()).not.toBe(secret);
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  await expect(row.getByText("Old secret ends")).toBeVisible();
});
