/** Sign-in by the password of an LDAP directory, at a real OpenLDAP server, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, Api, type Json } from "../api";
import { databases, type TestDatabase } from "../db/databases";
import { eventually } from "../eventually";
import { aUser, signIn, type TestUser, theAdmin, unique } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { GROUPS, Slapd } from "../standins/slapd";

const PASSWORD = "analytical engine";
const folder = temporaryFolder();
let slapd: Slapd;
let database: TestDatabase;
let server: ServerProcess;
let team: string;

beforeAll(async () => {
  slapd = await Slapd.start();
  // TEST_POSTGRES_URL makes the last of these PostgreSQL.
  database = await databases.at(-1)!.open();
  const env = { DATA_DIR: folder, DATABASE_URL: database.url, ...slapd.env };
  server = await startServer(env);
  const owner = await aUser("user", server.url);
  team = String((await owner.api.send("POST /api/teams", { body: { name: "Night shift" } })).json.team.id);
  // The ids of teams are known once they exist.
  await server.stop();
  const groups = { LDAP_TEAM_GROUPS: `ops=${team}:operator`, LDAP_MODERATOR_GROUPS: `cn=helpers,${GROUPS}` };
  server = await startServer({ ...env, ...groups });
});
afterAll(async () => {
  await server?.stop();
  await slapd?.close();
  await database?.close();
  removeFolder(folder);
});

async function someone(more: { mail?: string; password?: string } = {}) {
  const uid = unique("citizen");
  return { uid, dn: await slapd.person({ uid, password: PASSWORD, ...more }) };
}
const attempt = (username: string, password: string): Promise<Answer> =>
  new Api(server.url).send("POST /api/auth/login", { body: { username, password } });
const enter = ({ uid }: { uid: string }) => signIn(uid, PASSWORD, server.url);
const isSignedIn = async ({ api }: TestUser) => (await api.send("GET /api/auth/me")).status === 200;

/** Lets the job look at the directory now, as it does every 45 s. */
async function follow(): Promise<void> {
  const admin = await theAdmin(server.url);
  const answer = await admin.api.send("POST /api/system/services/{service}/restart", {
    params: { service: "directory" },
  });
  expect(answer.status, answer.text).toBe(200);
}

describe("a sign-in with the directory's password", () => {
  it("makes an account once, which keeps its person when the name changes", async () => {
    const ada = await someone();
    const first = await enter(ada);
    expect(first).toMatchObject({ username: ada.uid, email: `${ada.uid}@example.org` });
    expect((await enter(ada)).id).toBe(first.id);
    const renamed = unique("citizen");
    await slapd.asRoot((client) => client.modifyDN(ada.dn, `uid=${renamed}`));
    for (const name of [renamed, ada.uid]) expect((await signIn(name, PASSWORD, server.url)).id).toBe(first.id);
  });

  it("answers alike to a wrong password, an unknown name and parts of a filter, and refuses an empty one", async () => {
    const ada = await someone();
    const wrong = await attempt(ada.uid, "wrong");
    expect([wrong.status, wrong.json.code]).toEqual([401, "UNAUTHORIZED"]);
    for (const name of [unique("nobody"), "*", `${ada.uid})(uid=*`])
      expect(await attempt(name, PASSWORD)).toMatchObject({ status: 401, json: { error: wrong.json.error } });
    expect((await attempt(ada.uid, "")).status).toBe(400);
  });

  it("is locked after five wrong passwords, as others are", async () => {
    const ada = await someone();
    for (let at = 0; at < 5; at++) expect((await attempt(ada.uid, "wrong")).status).toBe(401);
    expect((await attempt(ada.uid, PASSWORD)).status).toBe(429);
  });

  it("needs an address in the directory", async () => {
    const ada = await someone();
    await slapd.set(ada.dn, "mail", []);
    expect(await attempt(ada.uid, PASSWORD)).toMatchObject({ status: 403 });
  });

  it("leaves accounts of this server as they are", async () => {
    const local = await aUser("user", server.url);
    // Somebody in the directory has the same name: the name opens both accounts, each by its own password.
    const twin = await slapd.person({ uid: local.username, password: PASSWORD, mail: `${unique("twin")}@example.org` });
    const other = await signIn(local.username, PASSWORD, server.url);
    expect([other.id === local.id, other.username.startsWith(`${local.username}_`)]).toEqual([false, true]);
    expect((await signIn(local.username, local.password, server.url)).id).toBe(local.id);
    await slapd.remove(twin);
  });

  it("links the account with the same address once its password is entered, and not before", async () => {
    const local = await aUser("user", server.url);
    const ada = await someone({ mail: local.email });
    const refused = await attempt(ada.uid, PASSWORD);
    expect(refused).toMatchObject({ status: 409, json: { details: { ticket: expect.any(String) } } });
    const { ticket } = refused.json.details;
    const join = (password: string) =>
      new Api(server.url).send("POST /api/auth/sso/join", { body: { password, ticket } });
    expect((await join(PASSWORD)).status).toBe(401);
    expect((await join(local.password)).status).toBe(200);
    expect((await enter(ada)).id).toBe(local.id);
    // From now on the account has the directory's password.
    expect((await attempt(local.username, local.password)).status).toBe(401);
    expect((await signIn(local.username, PASSWORD, server.url)).id).toBe(local.id);
  });
});

describe("an account of the directory", () => {
  it("proves itself by the directory's password, which is changed nowhere else", async () => {
    const ada = await enter(await someone());
    const proof = (password: string) => ada.api.send("POST /api/auth/step-up", { body: { password } });
    expect((await proof("wrong")).status).toBe(400);
    expect((await proof(PASSWORD)).status).toBe(200);
    const body = { old_password: PASSWORD, new_password: "quite another password" };
    const change = await ada.api.send("POST /api/auth/change-password", { body });
    expect([change.status, change.json.error]).toEqual([400, expect.stringContaining("Example directory")]);
    const admin = await theAdmin(server.url);
    const link = { params: { user_id: String(ada.id) }, body: { delivery: "link" } };
    expect((await admin.api.send("POST /api/users/{user_id}/reset-link", link)).status).toBe(409);
    const { json } = await ada.api.send("GET /api/auth/sso");
    expect(json).toMatchObject({ directory: "Example directory", has_password: true, links: [] });
  });

  it("gets and loses roles with its groups, also without a sign-in", async () => {
    const person = await someone();
    const [ops, helpers] = [await slapd.group("ops", [person.dn]), await slapd.group("helpers", [`cn=ops,${GROUPS}`])];
    const ada = await enter(person);
    const teamRole = async () =>
      (await ada.api.send("GET /api/teams")).json.teams.find(({ id }: Json) => String(id) === team)?.role;
    expect([await teamRole(), (await ada.api.send("GET /api/auth/me")).json.user.role]).toEqual([
      "operator",
      "moderator",
    ]);
    await slapd.remove(helpers);
    await follow();
    // A change of role signs out.
    await eventually(async () => expect(await isSignedIn(ada)).toBe(false));
    const again = await enter(person);
    expect((await again.api.send("GET /api/auth/me")).json.user.role).toBe("user");
    await slapd.remove(ops);
    await follow();
    const isMember = async () =>
      (await again.api.send("GET /api/teams")).json.teams.some(({ id }: Json) => String(id) === team);
    await eventually(async () => expect(await isMember()).toBe(false));
  });

  it("is signed out and deactivated when the directory disables it, and activated again", async () => {
    const person = await someone();
    const [ada, bob] = [await enter(person), await enter(await someone())];
    await slapd.set(person.dn, "shadowExpire", ["1"]);
    await follow();
    await eventually(async () => expect(await isSignedIn(ada)).toBe(false));
    expect((await attempt(person.uid, PASSWORD)).status).toBe(401);
    expect(await isSignedIn(bob)).toBe(true);
    await slapd.set(person.dn, "shadowExpire", []);
    await follow();
    await eventually(async () => expect((await attempt(person.uid, PASSWORD)).status).toBe(200));
    const query = { action: "updateUser", target_id: String(ada.id) };
    const { json } = await (await theAdmin(server.url)).api.send("GET /api/audit", { query });
    expect(json.entries).toMatchObject([
      {
        by: { kind: "job" },
        before: { is_active: false },
        after: { is_active: true, provider: expect.stringMatching(/^ldap:/) },
      },
      { by: { kind: "job" }, before: { is_active: true }, after: { is_active: false } },
    ]);
  });

  it("is signed out when it is deleted there, and stays while the directory is down", async () => {
    const person = await someone();
    const [ada, bob] = [await enter(person), await enter(await someone())];
    const local = await aUser("user", server.url);
    await slapd.stop();
    await follow();
    const down = await attempt(unique("nobody"), PASSWORD);
    expect([down.status, down.json.error]).toEqual([503, expect.stringContaining("Example directory")]);
    expect((await signIn(local.username, local.password, server.url)).id).toBe(local.id);
    expect([await isSignedIn(ada), await isSignedIn(bob)]).toEqual([true, true]);
    await slapd.resume();
    await slapd.remove(person.dn);
    await follow();
    await eventually(async () => expect(await isSignedIn(ada)).toBe(false));
    expect(await isSignedIn(bob)).toBe(true);
  });
});
