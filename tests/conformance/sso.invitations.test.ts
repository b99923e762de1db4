/** Invitations on a server that accepts no passwords and no sign-ups: people accept them at a real OpenID provider. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { getCurrentMember, getMe } from "@/lib/identity/accounts/contract";
import { PROBLEMS, type Problem, startSsoInvitation } from "@/lib/identity/sso/contract";
import { type Answer, Api, type Json } from "../api";
import { unique } from "../factories";
import { ADMIN, freePort, removeFolder, runScript, type ServerProcess, startServer, temporaryFolder } from "../process";
import { OIDC_CLIENT, Oidc } from "../standins/oidc";

const HTML = { accept: "text/html,application/xhtml+xml" };
const START = "POST /api/auth/sso/{provider}/invitation";
const BACK = "GET /api/auth/sso/{provider}/callback";
const params = { provider: "oidc" };

const folder = temporaryFolder();
let issuer: Oidc;
let server: ServerProcess;
let api: Api;
let admin: Api;

const cookieOf = (answer: Answer, name: string) =>
  answer.headers.getSetCookie().flatMap((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1] ?? [])[0];
const by = (answer: Answer) => api.with({ cookie: `session_token=${cookieOf(answer, "session_token")}` });

beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  issuer = await Oidc.start(`${url}/api/auth/sso/oidc/callback`);
  server = await startServer({
    ...{ DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url, AUTH_PASSWORD: "off", OIDC_SIGNUP: "false" },
    ...{ OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret },
    ...{ OIDC_NAME: "Example ID", OIDC_SCOPES: "openid profile email groups", OIDC_MODERATOR_GROUPS: "helpers" },
  });
  api = new Api(server.url);
  const link = runScript(folder, "dist/login-link.mjs", [ADMIN.username], { PUBLIC_URL: url });
  const token = new URLSearchParams(new URL(link.stdout.trim()).hash.slice(1)).get("token");
  admin = by(await api.send("POST /api/auth/login-link", { body: { token } }));
});
afterAll(async () => {
  await server?.stop();
  await issuer?.close();
  removeFolder(folder);
});

const someone = (more: object = {}) => {
  const name = unique("citizen").replace(/\W/g, "");
  const email = `${name}@example.org`;
  return issuer.add({ sub: `sub-${name}`, preferred_username: name, email, email_verified: true, ...more });
};
const tokenOf = ({ json }: Answer) => new URL(json.link).searchParams.get("token")!;
const invite = async (body: object = {}) => tokenOf(await admin.send("POST /api/invitations", { body }));

/** Plays a browser from the button of the invitation's page to the way back from the provider. */
async function sentBack(token: string, sub: string) {
  const begun = await api.send(START, { params, body: { token } });
  expect(begun.status, begun.text).toBe(200);
  const { auth_url } = startSsoInvitation.response.parse(begun.json);
  const back = await issuer.decide(auth_url, sub);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}`;
  return { params, query: Object.fromEntries(back.searchParams), headers: { ...HTML, cookie } };
}
const accept = async (token: string, sub: string) => api.send(BACK, await sentBack(token, sub));

async function refusal(name: Problem, input: () => Promise<Awaited<ReturnType<typeof sentBack>>>) {
  const page = await api.send(BACK, await input());
  expect([page.status, page.headers.get("location")], page.text).toEqual([302, `/invite?sso_error=${name}`]);
  expect(page.headers.getSetCookie()).toEqual([]);
  const { headers, ...rest } = await input();
  const answer = await api.refused(BACK, PROBLEMS[name][0], { ...rest, headers: { ...headers, accept: "*/*" } });
  expect(answer.error).toBe(PROBLEMS[name][1]);
}
const isOpen = async (token: string) =>
  (await api.send("POST /api/auth/invitations/look-up", { body: { token } })).status === 200;

it("makes one account with the role of the invitation, and signs it in", async () => {
  const [token, ada] = [await invite({ role: "moderator" }), someone()];
  const begun = await api.send(START, { params, body: { token } });
  // The provider sees the state, which must not hold the invitation.
  const state = new URL(begun.json.auth_url).searchParams.get("state")!;
  expect(Buffer.from(state.split(".")[0]!, "base64url").toString()).not.toContain(token);
  const answer = await accept(token, ada.sub);
  expect([answer.status, answer.headers.get("location")], answer.text).toEqual([302, "/dashboard"]);
  const me = await by(answer).call(getCurrentMember);
  expect(me).toMatchObject({ username: ada.preferred_username, role: "moderator" });
  expect((await by(answer).call(getMe)).user).toMatchObject({ email: ada.email });
  const { invitations } = (await admin.send("GET /api/invitations")).json;
  expect(invitations[0]).toMatchObject({ state: "accepted", accepted_by: ada.preferred_username });
  await api.refused(START, "INVALID_INPUT", { params, body: { token } });

  // An admin chose the role, so the person's groups do not change it.
  const again = await api.send("GET /api/auth/sso/{provider}", { params, query: { next: "/dashboard" } });
  const back = await issuer.decide(again.json.auth_url, ada.sub);
  const cookie = `muster_browser=${cookieOf(again, "muster_browser")}`;
  const query = Object.fromEntries(back.searchParams);
  const signedIn = await api.send(BACK, { params, query, headers: { ...HTML, cookie } });
  expect(await by(signedIn).call(getCurrentMember)).toMatchObject({ user_id: me.user_id, role: "moderator" });
});

it("takes the address of the invitation alone, and one that the provider has verified", async () => {
  const [ada, eve] = [someone(), someone()];
  const token = await invite({ email: ada.email!.toUpperCase() });
  await refusal("invitation-address", () => sentBack(token, eve.sub));
  ada.email_verified = false;
  await refusal("email-unverified", () => sentBack(token, ada.sub));
  ada.email_verified = true;
  expect((await accept(token, ada.sub)).headers.get("location")).toBe("/dashboard");
});

it("makes one account of two people at once, and none once the invitation is over", async () => {
  const token = await invite();
  const both = [await sentBack(token, someone().sub), await sentBack(token, someone().sub)];
  const ends = await Promise.all(both.map(async (input) => (await api.send(BACK, input)).headers.get("location")));
  expect(ends.sort()).toEqual(["/dashboard", "/invite?sso_error=invitation-over"]);
  const other = await invite();
  const begun = [await sentBack(other, someone().sub), await sentBack(other, someone().sub)];
  const { invitations } = (await admin.send("GET /api/invitations")).json as Json;
  await admin.send("DELETE /api/invitations/{invitation_id}", { params: { invitation_id: String(invitations[0].id) } });
  await refusal("invitation-over", async () => begun.pop()!);
});

it("adds the account to the team, and sends somebody with an account back to join", async () => {
  const [ada, eve] = [someone(), someone()];
  const owner = by(await accept(await invite(), ada.sub));
  const team_id = String((await owner.send("POST /api/teams", { body: { name: "Night shift" } })).json.team.id);
  const toTeam = async (body: object) =>
    tokenOf(await owner.send("POST /api/teams/{team_id}/invitations", { params: { team_id }, body }));

  const answer = await accept(await toTeam({ role: "operator" }), eve.sub);
  expect(answer.headers.get("location")).toBe(`/dashboard/teams/${team_id}`);
  const { members } = (await owner.send("GET /api/teams/{team_id}/members", { params: { team_id } })).json;
  expect(members).toContainEqual(expect.objectContaining({ username: eve.preferred_username, role: "operator" }));

  const [bob, token] = [someone(), await toTeam({ role: "viewer" })];
  await accept(await invite(), bob.sub);
  const known = await accept(token, bob.sub);
  expect([known.headers.get("location"), await isOpen(token)]).toEqual(["/invite", true]);
  expect((await by(known).send("POST /api/auth/invitations/join", { body: { token } })).json.role).toBe("viewer");
});

it("leaves sign-up closed, and says how to accept an invitation without a password", async () => {
  const begun = await api.send("GET /api/auth/sso/{provider}", { params, query: { next: "/dashboard" } });
  const back = await issuer.decide(begun.json.auth_url, someone().sub);
  const cookie = `muster_browser=${cookieOf(begun, "muster_browser")}`;
  const closed = await api.send(BACK, {
    ...{ params, query: Object.fromEntries(back.searchParams), headers: { ...HTML, cookie } },
  });
  expect(closed.headers.get("location")).toBe("/login?sso_error=signup-closed");
  const token = await invite();
  const body = { token, username: "adalove", email: "ada@example.org", password: "correct horse battery" };
  const { error } = await api.refused("POST /api/auth/invitations/accept", "FORBIDDEN", { body });
  expect(error).toMatch(/open your invitation's link in a browser and continue with Example ID$/);
  await api.refused(START, "NOT_FOUND", { params: { provider: "nobody" }, body: { token } });
  expect(await isOpen(token)).toBe(true);
});
