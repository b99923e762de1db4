/** An invitation on a server that accepts no passwords and no sign-ups, accepted at a real OpenID provider. */
import type { Page } from "@playwright/test";
import {
  ADMIN,
  freePort,
  removeFolder,
  runScript,
  type ServerProcess,
  startServer,
  temporaryFolder,
} from "../tests/process";
import { OIDC_CLIENT, Oidc } from "../tests/standins/oidc";
import { expect, test } from "./test";

const folder = temporaryFolder();
let issuer: Oidc;
let server: ServerProcess;
test.beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  issuer = await Oidc.start(`${url}/api/auth/sso/oidc/callback`);
  server = await startServer({
    ...{ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url, AUTH_PASSWORD: "off", OIDC_SIGNUP: "false" },
    ...{ OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret },
    OIDC_NAME: "Example ID",
  });
});
test.afterAll(async () => {
  await server?.stop();
  await issuer?.close();
  removeFolder(folder);
});

/** Signs an admin in by the link of the command line, and invites an address by the API. @returns the link */
async function invited(page: Page, email: string): Promise<string> {
  const made = runScript(folder, "dist/login-link.mjs", [ADMIN.username], { PUBLIC_URL: server.url });
  const token = new URLSearchParams(new URL(made.stdout.trim()).hash.slice(1)).get("token");
  const request = page.context().request;
  expect((await request.post(`${server.url}/api/auth/login-link`, { data: { token } })).status()).toBe(200);
  const invitation = await request.post(`${server.url}/api/invitations`, { data: { email, role: "moderator" } });
  await page.context().clearCookies();
  return (await invitation.json()).link;
}

test("an invited person signs in with the provider and gets the account of the invitation", async ({ page }, info) => {
  const [guest, stranger] = ["nora", "eve"].map((name) =>
    issuer.add({ sub: name, preferred_username: name, email: `${name}@example.org`, email_verified: true }),
  );
  const link = await invited(page, guest!.email!);
  const accept = async (sub: string) => {
    issuer.visitor = sub;
    await page.getByRole("button", { name: "Continue with Example ID", exact: true }).click();
    await page.getByRole("link", { name: "Authorize", exact: true }).click();
  };
  await page.goto(link);
  await expect(page.getByText("invited you to this server as a moderator.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toHaveCount(0);
  await page.screenshot({ path: info.outputPath("invitation-1280.png") });

  // Another person's address is refused on the same page, which still has the invitation.
  await accept(stranger!.sub);
  await expect(page).toHaveURL(`${server.url}/invite?sso_error=invitation-address`);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("for another email address");

  await accept(guest!.sub);
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  const session = await page.request.get(`${server.url}/api/auth/session`);
  expect(await session.json()).toMatchObject({ user: { name: "nora", role: "moderator" } });
});
