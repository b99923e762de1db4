/** The link of the command line, by which an admin signs in when a server accepts no passwords and its provider is down. */
import { ADMIN, removeFolder, runScript, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { expect, test } from "./test";

const folder = temporaryFolder();
let server: ServerProcess;
test.beforeAll(async () => {
  const provider = { OIDC_ISSUER: "https://id.example.org", OIDC_CLIENT_ID: "x", OIDC_NAME: "Example ID" };
  server = await startServer({ DATA_DIR: folder, AUTH_PASSWORD: "off", ...provider });
});
test.afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

test("a login link of the command line signs an admin in once, and no page offers a password", async ({
  page,
  watch,
}) => {
  // The second use of the link.
  watch.allow(/status of 401/);
  const made = runScript(folder, "dist/login-link.mjs", [ADMIN.username], { PUBLIC_URL: server.url });
  const link = made.stdout.trim();
  const signIn = () => page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Sign in with a link", exact: true })).toBeVisible();
  await signIn();
  await expect(page).toHaveURL(`${server.url}/dashboard`);

  await page.goto(`${server.url}/account`);
  await expect(page.getByRole("heading", { name: "Passkeys", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Password", exact: true })).toHaveCount(0);

  await page.context().clearCookies();
  await page.goto(`${server.url}/forgot`);
  await expect(page).toHaveURL(`${server.url}/login`);
  await expect(page.getByRole("button", { name: "Continue with Example ID", exact: true })).toBeVisible();
  await page.goto(link);
  await signIn();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("was used");
  await expect(page).toHaveURL(`${server.url}/login/link`);
});
