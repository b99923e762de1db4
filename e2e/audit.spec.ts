/** An admin finds an act in the audit log, reads what changed, and verifies the chain. A person reads their own acts. */
import { fresh } from "./api";
import { ADMIN } from "./people";
import { expect, test, unfold } from "./test";

test("the audit log shows what changed, finds it by filters and verifies the chain", async ({ windowOf, user }) => {
  const name = fresh("Audited");
  const { bot_id } = await user.api.post("/api/my-bots", { name });
  await user.api.put(`/api/my-bots/${bot_id}`, { name: `${name} again` });
  const page = await windowOf(ADMIN);
  await page.goto("/admin/system");
  await unfold(page, "Administer");
  await page.getByRole("link", { name: "Audit log", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Audit log", exact: true })).toBeVisible();
  await page.getByLabel("Username", { exact: true }).fill(user.username);
  await page.getByRole("searchbox", { name: "Search the audit log", exact: true }).fill(`${name} again`);
  await page.getByRole("button", { name: "Update bot", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "Update bot", exact: true });
  await expect(panel.getByRole("row", { name: `name ${name} ${name} again`, exact: true })).toBeVisible();
  await expect(panel.getByText("Request ID")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();

  await page.getByLabel("Outcome", { exact: true }).selectOption("failed");
  await expect(page.getByText("No entries match")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters", exact: true }).click();
  await page.getByRole("button", { name: "Verify chain", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "The log is intact", exact: true })).toBeVisible();
});

test("an admin sends the log to a webhook, sees that it fails, and removes it", async ({ windowOf, watch }) => {
  watch.allow(/status of 400/);
  const page = await windowOf(ADMIN);
  await page.goto("/admin/audit");
  await page.getByRole("button", { name: "Streams", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Set up webhook", exact: true }).click();
  await dialog.getByLabel("Address", { exact: true }).fill("http://example.org/in");
  await dialog.getByRole("button", { name: "Save stream", exact: true }).click();
  await expect(dialog.getByText(/must be an https:/)).toBeVisible();
  // A private address: the guard refuses it, so that nothing leaves the machine.
  await dialog.getByLabel("Address", { exact: true }).fill("https://10.255.255.1/in");
  await dialog.getByRole("button", { name: "Save stream", exact: true }).click();
  await expect(dialog.getByRole("code")).toContainText("whsec_");
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  const row = dialog.getByRole("listitem", { name: "Webhook", exact: true });
  await expect(row.getByText("The last attempt failed")).toBeVisible();
  await row.getByRole("button", { name: "Remove webhook", exact: true }).click();
  await page.getByRole("button", { name: "Remove stream", exact: true }).click();
  await expect(dialog.getByRole("button", { name: "Set up webhook", exact: true })).toBeVisible();
});

test("people read the acts on their bots and on their account", async ({ home, user }) => {
  const { bot_id } = await user.api.post("/api/my-bots", { name: fresh("Active") });
  await home.goto(`/dashboard/bots/${bot_id}?tab=activity`);
  await expect(home.getByRole("button", { name: "Create bot", exact: true })).toBeVisible();
  await home.setViewportSize({ width: 390, height: 844 });
  await home.goto("/account");
  await expect(home.getByRole("heading", { name: "Activity", exact: true })).toBeVisible();
  await expect(home.getByRole("button", { name: "Login", exact: true }).first()).toBeVisible();
  expect(await home.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
