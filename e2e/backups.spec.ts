/** An admin creates a backup, verifies it, restores it, and sees that later changes are gone. */
import { fresh, signIn } from "./api";
import { ADMIN } from "./people";
import { expect, test, unfold } from "./test";

test("a backup is created, verified and restored, and later changes are gone", async ({ windowOf, url, watch }) => {
  // Sockets are disconnected and requests answered 503 while the database is replaced.
  watch.allow(/503|socket\.io|WebSocket|websocket/i);
  const page = await windowOf(ADMIN);
  await page.goto("/admin/system");
  await unfold(page, "Administer");
  await page.getByRole("link", { name: "Backups", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Backups", exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Create backup", exact: true }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create backup", exact: true });
  await dialog.getByLabel("Name", { exact: true }).fill("../no");
  await dialog.getByRole("button", { name: "Create backup", exact: true }).click();
  await expect(dialog.getByText(/letters, digits/)).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill("journey");
  const description = fresh("Before the great change");
  await dialog.getByLabel("Description", { exact: true }).fill(description);
  await dialog.getByRole("button", { name: "Create backup", exact: true }).click();
  await expect(dialog).toBeHidden();
  const row = page
    .getByRole("list", { name: "Backups", exact: true })
    .getByRole("listitem")
    .filter({ hasText: description });
  await expect(row.getByText("done", { exact: true })).toBeVisible();
  await row.getByRole("button", { name: /^Verify journey_/ }).click();
  await expect(page.getByText("All checksums match, and this version can restore the backup")).toBeVisible();

  const api = await signIn(url, ADMIN);
  await api.post("/api/my-bots", { name: "Made after the backup" });
  await row.getByRole("button", { name: /^Restore journey_/ }).click();
  const confirm = page.getByRole("dialog", { name: "Restore backup", exact: true });
  await expect(confirm.getByText(/Muster backs up the current state first/)).toBeVisible();
  const name = (await confirm.locator("code").textContent()) ?? "";
  await expect(confirm.getByRole("button", { name: "Restore backup", exact: true })).toBeDisabled();
  await confirm.getByRole("textbox").fill(name);
  await confirm.getByRole("button", { name: "Restore backup", exact: true }).click();
  await expect(confirm).toBeHidden();
  await expect(page.getByText(/^Backup restored\. The previous state is saved as before_restore_/)).toBeVisible();
  await expect(page.getByText(`State before restoring ${name}`)).toBeVisible();

  // The browser's session is older than the backup, so it stays valid. Later changes are gone.
  await page.goto("/admin/bots");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("Made after the backup")).toBeHidden();
});

test("the schedule is saved, and the page fits a phone", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/admin/backups");
  await page.getByLabel("Keep at most", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Save schedule", exact: true }).click();
  await expect(page.getByText("Schedule saved")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Keep at most", { exact: true })).toHaveValue("5");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
