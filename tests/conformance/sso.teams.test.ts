/** Groups at an OpenID provider that mean roles in teams here, at a real one (oidc-provider). */
import { afterAll, beforeAll, expect, it } from "vitest";
import { getCurrentMember } from "@/lib/identity/accounts/contract";
import { startSsoSignIn } from "@/lib/identity/sso/contract";
import { Api, type Json } from "../api";
import { aUser, type TestUser, theAdmin, unique } from "../factories";
import { freePort, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { OIDC_CLIENT, Oidc } from "../standins/oidc";

const params = { provider: "oidc" };
const folder = temporaryFolder();
let issuer: Oidc;
let server: ServerProcess;
let owner: TestUser;
let day: string;
let night: string;

beforeAll(async () => {
  const port = await freePort();
  issuer = await Oidc.start(`http://127.0.0.1:${port}/api/auth/sso/oidc/callback`);
  const env = {
    ...{ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, OIDC_ISSUER: issuer.url },
    ...{ OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret },
    ...{ OIDC_SCOPES: "openid profile email groups", OIDC_SIGNUP: "true" },
  };
  server = await startServer(env);
  await theAdmin(server.url);
  owner = await aUser("user", server.url);
  const make = async (name: string) => (await owner.api.send("POST /api/teams", { body: { name } })).json.team.id;
  [day, night] = [String(await make("Day shift")), String(await make("Night shift"))];
  // The ids of teams are known once they exist.
  await server.stop();
  const mapping = `ops=${day}:operator; leads=${day}:maintainer; cn=night,dc=example=${night}:viewer; ghosts=1999999999:viewer`;
  server = await startServer({ ...env, OIDC_TEAM_GROUPS: mapping, OIDC_MODERATOR_GROUPS: "helpers" });
});
afterAll(async () => {
  await server?.stop();
  await issuer?.close();
  removeFolder(folder);
});

const someone = (groups: string[]) => {
  const name = unique("citizen").replace(/\W/g, "");
  const profile = { preferred_username: name, email: `${name}@example.org`, email_verified: true };
  return issuer.add({ sub: `sub-${name}`, ...profile, groups });
};

/** Signs in at the provider. @returns the account, with its roles in the teams of this file */
async function signIn(sub: string) {
  const api = new Api(server.url);
  const begun = await api.send("GET /api/auth/sso/{provider}", { params, query: { next: "/dashboard" } });
  const back = await issuer.decide(startSsoSignIn.response.parse(begun.json).auth_url, sub);
  const cookieIn = (headers: Headers, name: string) =>
    headers.getSetCookie().flatMap((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1] ?? [])[0];
  const answer = await api.send("GET /api/auth/sso/{provider}/callback", {
    ...{ params, query: Object.fromEntries(back.searchParams) },
    headers: { accept: "text/html", cookie: `muster_browser=${cookieIn(begun.headers, "muster_browser")}` },
  });
  expect([answer.status, answer.headers.get("location")], answer.text).toEqual([302, "/dashboard"]);
  const mine = api.with({ cookie: `session_token=${cookieIn(answer.headers, "session_token")}` });
  const { json } = await mine.send("GET /api/teams");
  const roles = new Map<string, string>(json.teams.map(({ id, role }: Json) => [String(id), role]));
  return { id: Number((await mine.call(getCurrentMember)).user_id), roles: [roles.get(day), roles.get(night)] };
}

it("records a role on the server that a group gives and takes", async () => {
  const ada = someone(["helpers"]);
  const { id } = await signIn(ada.sub);
  for (const groups of [[], ["helpers"]]) {
    ada.groups = groups;
    await signIn(ada.sub);
  }
  const query = { action: "updateUser", target_id: String(id) };
  const { json } = await (await theAdmin(server.url)).api.send("GET /api/audit", { query });
  const provider = expect.stringMatching(/^oidc:http/);
  expect(json.entries).toMatchObject([
    { before: { role: "user" }, after: { role: "moderator", provider } },
    { before: { role: "moderator" }, after: { role: "user", provider } },
  ]);
});

it("adds, raises, lowers and removes a person's role in a team at each sign-in", async () => {
  const ada = someone(["ops", "ghosts"]);
  const first = await signIn(ada.sub);
  expect(first.roles).toEqual(["operator", undefined]);
  ada.groups = ["ops", "leads", "cn=night,dc=example"];
  expect(await signIn(ada.sub)).toEqual({ id: first.id, roles: ["maintainer", "viewer"] });
  ada.groups = ["ops"];
  expect((await signIn(ada.sub)).roles).toEqual(["operator", undefined]);
  ada.groups = [];
  expect((await signIn(ada.sub)).roles).toEqual([undefined, undefined]);
  const { json } = await (await theAdmin(server.url)).api.send("GET /api/audit", {
    query: { user_id: String(first.id) },
  });
  const acts = json.entries
    .filter(({ target }: Json) => target?.type === "team")
    .map(({ action, team_id }: Json) => `${action} ${team_id}`);
  expect(acts.reverse()).toEqual([
    ...[`addTeamMember ${day}`, `changeTeamMember ${day}`, `addTeamMember ${night}`],
    ...[`changeTeamMember ${day}`, `removeTeamMember ${night}`, `removeTeamMember ${day}`],
  ]);
});

it("leaves what an owner gave, and what an owner changed since", async () => {
  const eve = someone([]);
  const { id } = await signIn(eve.sub);
  const member = { team_id: day, user_id: String(id) };
  const added = { params: { team_id: day }, body: { user_id: id, role: "viewer" } };
  expect((await owner.api.send("POST /api/teams/{team_id}/members", added)).status).toBe(200);
  eve.groups = ["leads", "cn=night,dc=example"];
  expect((await signIn(eve.sub)).roles).toEqual(["viewer", "viewer"]);
  const ofNight = { team_id: night, user_id: String(id) };
  await owner.api.send("PUT /api/teams/{team_id}/members/{user_id}", { params: ofNight, body: { role: "operator" } });
  eve.groups = [];
  expect((await signIn(eve.sub)).roles).toEqual(["viewer", "operator"]);
  await owner.api.send("DELETE /api/teams/{team_id}/members/{user_id}", { params: member });
  eve.groups = ["leads"];
  expect((await signIn(eve.sub)).roles).toEqual(["maintainer", "operator"]);
});
