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

/** Makes a link that signs an account in, as an operator does on the server. */
const linkFor = (username: string): string =>
  runScript(folder, "dist/login-link.mjs", [username], { PUBLIC_URL: server.url }).stdout.trim();

async function signInAsAdmin(page: Page): Promise<void> {
  const token = new URLSearchParams(new URL(linkFor(ADMIN.username)).hash.slice(1)).get("token");
  const reply = await page.context().request.post(`${server.url}/api/auth/login-link`, { data: { token } });
  expect(reply.status()).toBe(200);
}

/** Leaves the page before its session ends: it would notice, and open the sign-in page itself. */
async function signOut(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}

/** Invites an address as an admin, by the API. @returns the link */
async function invited(page: Page, email: string): Promise<string> {
  await signInAsAdmin(page);
  const invitation = await page
    .context()
    .request.post(`${server.url}/api/invitations`, { data: { email, role: "moderator" } });
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

test("an admin finds the command that signs in somebody who has no provider any more", async ({ page }) => {
  const lena = issuer.add({ sub: "lena", preferred_username: "lena", email: "lena@example.org", email_verified: true });
  issuer.visitor = lena.sub;
  await page.goto(await invited(page, lena.email!));
  await page.getByRole("button", { name: "Continue with Example ID", exact: true }).click();
  await page.getByRole("link", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  await signOut(page);

  await signInAsAdmin(page);
  await page.goto(`${server.url}/admin`);
  await page.getByRole("button", { name: "More actions for lena", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Create reset link", exact: true })).toHaveCount(0);
  await page.getByRole("menuitem", { name: "Get sign-in link", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Sign-in link for lena", exact: true });
  await expect(dialog.getByText("npm run login-link -- lena", { exact: true })).toBeVisible();
  await signOut(page);

  await page.goto(linkFor("lena"));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${server.url}/dashboard`);
  const session = await page.request.get(`${server.url}/api/auth/session`);
  expect(await session.json()).toMatchObject({ user: { name: "lena" } });
});
