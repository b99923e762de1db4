/** Weak passwords of API_EXTRA_USERS, of which document 003's own example has two. */
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { ADMIN } from "./people";
import { expect, signInByForm, test } from "./test";

const NEW_PASSWORD = "wharf lemon otter cabinet";

// A separate server, because the shared one has no such people.
const folder = temporaryFolder();
let server: ServerProcess;
test.beforeAll(async () => {
  server = await startServer({
    DATA_DIR: folder,
    API_ADMIN_USER: ADMIN.username,
    API_ADMIN_PASS: ADMIN.password,
    API_EXTRA_USERS: "user1:pass1,user2:pass2",
    API_TOKEN: "",
  });
});
test.afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

test("somebody with a weak password chooses a new one before the console opens", async ({ page }) => {
  const title = page.getByRole("heading", { name: "Choose a new password", exact: true });
  await signInByForm(page, { username: "user1", password: "pass1" }, server.url);
  await expect(title).toBeVisible();
  await page.goto(`${server.url}/dashboard/tickets`);
  await expect(page).toHaveURL(/\/account$/);
  await expect(title).toBeVisible();

  await page.getByLabel("Current password", { exact: true }).fill("pass1");
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Change password", exact: true }).click();
  await expect(page).toHaveURL(/\/login\?/);
  await page.getByLabel("Username or email", { exact: true }).fill("user1");
  await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Account", exact: true })).toBeVisible();
});

test("admins read how many accounts still have a weak password", async ({ page }) => {
  await signInByForm(page, ADMIN, server.url);
  const banner = page.getByRole("status").filter({ hasText: "API_EXTRA_USERS" });
  await expect(banner).toContainText("weak password");
  await banner.getByRole("link", { name: "Show users", exact: true }).click();
  await expect(page.getByRole("row", { name: /user2/ })).toBeVisible();
  await expect(banner).toBeVisible();
});
