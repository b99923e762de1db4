import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { Slapd } from "../tests/standins/slapd";
import { makeUser } from "./api";
import { expect, test } from "./test";

// Use a separate server and a real OpenLDAP server, because the shared server is not configured for one.
const folder = temporaryFolder();
let slapd: Slapd;
let server: ServerProcess;
test.beforeAll(async () => {
  slapd = await Slapd.start();
  server = await startServer({ DATA_DIR: folder, ...slapd.env });
});
test.afterAll(async () => {
  await server?.stop();
  await slapd?.close();
  removeFolder(folder);
});

const PASSWORD = "analytical engine";

test("the form takes a password of the directory, and the account page says where it is changed", async ({
  page,
  watch,
}) => {
  watch.allow(/401/);
  await slapd.person({ uid: "ada", password: PASSWORD });
  await page.goto(`${server.url}/login?next=/account`);
  await expect(
    page.getByText("Sign in with your Example directory account, or with an account of this server."),
  ).toBeVisible();
  const enter = async (password: string) => {
    await page.getByLabel("Username or email", { exact: true }).fill("ada");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  await enter("not this password");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Username or password is wrong");
  await enter(PASSWORD);
  await expect(page).toHaveURL(`${server.url}/account`);
  await expect(page.getByText("You sign in with your Example directory password. Change it there.")).toBeVisible();
});

test("an account with the same address is linked once its password is entered", async ({ page, watch }) => {
  watch.allow(/409/);
  const user = await makeUser(server.url);
  await slapd.person({ uid: "grace", password: PASSWORD, mail: user.email });
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Username or email", { exact: true }).fill("grace");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Link to your account", exact: true })).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Link and sign in", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
});
