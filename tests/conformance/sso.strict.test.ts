/** AUTH_PASSWORD=off, and the login link of the command line. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Api } from "../api";
import { eventually } from "../eventually";
import { ADMIN, removeFolder, runScript, type ServerProcess, startServer, temporaryFolder } from "../process";

describe("a server that accepts no passwords", () => {
  const folder = temporaryFolder();
  const env = { DATA_DIR: folder, AUTH_PASSWORD: "off", OIDC_NAME: "Example ID" };
  let strict: ServerProcess;
  beforeAll(async () => {
    strict = await startServer({ ...env, OIDC_ISSUER: "https://id.example.org", OIDC_CLIENT_ID: "x" });
  });
  afterAll(async () => {
    await strict?.stop();
    removeFolder(folder);
  });

  it("answers 403 to sign-ins, sign-ups and resets, and names the way", async () => {
    const there = new Api(strict.url);
    const login = { username: ADMIN.username, password: ADMIN.password };
    const email = "ada@example.org";
    for (const [line, body] of [
      ["POST /api/auth/login", login],
      ["POST /api/auth/register", { username: "adalove", email, password: "correct horse battery" }],
      ["POST /api/auth/forgot-password", { email }],
      ["POST /api/auth/reset-password", { token: "t", new_password: "correct horse battery" }],
    ] as const)
      expect((await there.refused(line, "FORBIDDEN", { body })).error).toMatch(/Example ID at http.*\/login/);
    expect((await there.send("GET /api/console")).json.accepts_passwords).toBe(false);
  });

  const makeLink = (username: string) => {
    const child = runScript(folder, "dist/login-link.mjs", [username], { PUBLIC_URL: strict.url });
    expect(child.status, child.stderr).toBe(0);
    return new URL(child.stdout.trim());
  };

  it("lets an admin in once by a link of the command line, and logs it", async () => {
    const there = new Api(strict.url);
    const url = makeLink(ADMIN.username);
    expect([url.origin, url.pathname, url.search]).toEqual([strict.url, "/login/link", ""]);
    const body = { token: new URLSearchParams(url.hash.slice(1)).get("token") };
    const both = await Promise.all([1, 2].map(() => there.send("POST /api/auth/login-link", { body })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(both.find(({ status }) => status === 200)!.json.user.username).toBe(ADMIN.username);
    await eventually(() => expect(strict.log()).toContain('"event":"login_link_used"'));
    expect(strict.log()).not.toContain(body.token!);
  });

  it("offers nothing that sets, changes or asks for a password, and names invitations instead", async () => {
    const token = new URLSearchParams(makeLink(ADMIN.username).hash.slice(1)).get("token");
    const { json: signedIn } = await new Api(strict.url).send("POST /api/auth/login-link", { body: { token } });
    const admin = new Api(strict.url).bearer(signedIn.token);
    const person = { username: "grace", email: "grace@example.org" };
    const made = await admin.refused("POST /api/users", "CONFLICT", { body: person });
    expect(made.error).toMatch(/AUTH_PASSWORD is off.*POST \/api\/invitations/);
    const params = { user_id: String(signedIn.user.id) };
    const reset = await admin.refused("POST /api/users/{user_id}/reset-link", "CONFLICT", { params, body: {} });
    expect(reset.error).toMatch(/AUTH_PASSWORD is off.*signs in with a provider/);
    const change = { old_password: ADMIN.password, new_password: "another correct horse" };
    await admin.refused("POST /api/auth/change-password", "FORBIDDEN", { body: change });
    expect((await admin.send("GET /api/auth/sso")).json.has_password).toBe(false);
    // The sign-in by the link is fresh, and takes the place of the password that this account still has.
    expect((await admin.send("POST /api/auth/second-factor", { body: {} })).status).toBe(200);
  });

  it("lets in nobody by a link for another name", async () => {
    const url = makeLink("nobody-of-the-tests");
    const body = { token: new URLSearchParams(url.hash.slice(1)).get("token") };
    await new Api(strict.url).refused("POST /api/auth/login-link", "UNAUTHORIZED", { body });
  });
});
