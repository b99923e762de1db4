/** GraphQL's fields of the audit log, of keys and sessions, and of the administration of people. */
import { beforeAll, describe, expect, it } from "vitest";
import { Api, type Json } from "../api";
import { aBot, aUser, signIn, type TestUser, theAdmin } from "../factories";
import { ask, codeOf, data } from "../graphql";

/** Returns the code with which a call is refused; undefined when it succeeded. */
const refused = async (who: TestUser | Api, query: string): Promise<string | undefined> =>
  (await codeOf(who, query))?.code;

let admin: TestUser;
let mod: TestUser;
let ada: TestUser;
let eve: TestUser;
beforeAll(async () => {
  admin = await theAdmin();
  [mod, ada, eve] = await Promise.all([aUser("moderator"), aUser(), aUser()]);
});

describe("the audit log", () => {
  const FIELDS = "nodes { action outcome by { kind id name } target { type id } from { address } before after }";

  it("has a bot's acts and its commands, page by page, for those who maintain it", async () => {
    const bot = await aBot(ada);
    await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
    const query = (rest: string) =>
      `{ auditLog(botId: "${bot.id}", first: 1${rest}) { ${FIELDS} pageInfo { hasNextPage endCursor } } }`;
    const first = (await data(ada, query(""))).auditLog;
    expect(first.nodes).toMatchObject([{ action: "sendCommand", outcome: "done", by: { name: ada.username } }]);
    const second = (await data(ada, query(`, after: "${first.pageInfo.endCursor}"`))).auditLog;
    expect(second.nodes).toMatchObject([{ action: "createBot", target: { type: "bot", id: bot.id } }]);
    expect(await refused(eve, query(""))).toBe("NOT_FOUND");
  });

  it("has a person's own acts, and everything for admins", async () => {
    const query = `{ auditLog(userId: "${ada.id}", action: "createBot") { ${FIELDS} } }`;
    for (const who of [ada, admin])
      expect((await data(who, query)).auditLog.nodes[0]).toMatchObject({
        action: "createBot",
        by: { id: String(ada.id) },
      });
    expect(await refused(eve, query)).toBe("FORBIDDEN");
    expect(await refused(ada, `{ auditLog(since: "never") { ${FIELDS} } }`)).toBe("INVALID_INPUT");
  });
});

describe("API keys", () => {
  it("are created, listed, rotated and revoked, and work", async () => {
    const KEY = "success secret key { id name scopes expiresAt }";
    const made = (
      await data(ada, `mutation { createApiKey(name: "ci", scopes: ["bots:read"], expiresInDays: null) { ${KEY} } }`)
    ).createApiKey;
    expect(made.key).toMatchObject({ name: "ci", scopes: ["bots:read"], expiresAt: null });
    const uses = async (secret: string) => (await new Api().bearer(secret).send("GET /api/my-bots")).status;
    expect(await uses(made.secret)).toBe(200);
    const ids = async () => (await data(ada, "{ apiKeys { id } }")).apiKeys.map(({ id }: Json) => id);
    expect(await ids()).toContain(made.key.id);
    const rotated = (await data(ada, `mutation { rotateApiKey(id: "${made.key.id}") { ${KEY} } }`)).rotateApiKey;
    expect([await uses(made.secret), await uses(rotated.secret)]).toEqual([401, 200]);
    // A key of a smaller scope makes no other key.
    const create = `mutation { createApiKey(name: "more", scope: "admin") { secret } }`;
    expect(await refused(new Api().bearer(rotated.secret), create)).toBe("FORBIDDEN");
    await data(ada, `mutation { revokeApiKey(id: "${made.key.id}") { success } }`);
    expect([await uses(rotated.secret), (await ids()).includes(made.key.id)]).toEqual([401, false]);
    expect(await refused(eve, `mutation { revokeApiKey(id: "${made.key.id}") { success } }`)).toBe("NOT_FOUND");
  });

  it("of a team are made by its maintainers", async () => {
    const { json } = await ada.api.send("POST /api/teams", { body: { name: "Night shift" } });
    const teamId = json.team.id;
    const create = `mutation { createTeamKey(teamId: ${teamId}, name: "deploy", scopes: ["tickets:write"]) { secret key { id teamId } } }`;
    expect(await refused(eve, create)).toBe("NOT_FOUND");
    const { secret, key } = (await data(ada, create)).createTeamKey;
    expect(key.teamId).toBe(String(teamId));
    const status = async (one: string) => (await new Api().bearer(one).send("GET /api/tickets")).status;
    expect(await status(secret)).toBe(403);
    const rotate = `mutation { rotateTeamKey(teamId: ${teamId}, id: "${key.id}") { secret } }`;
    const next = (await data(ada, rotate)).rotateTeamKey.secret;
    expect(next).not.toBe(secret);
    await data(ada, `mutation { revokeTeamKey(teamId: ${teamId}, id: "${key.id}") { success } }`);
    expect(await status(next)).toBe(401);
    const wrong = `mutation { createTeamKey(teamId: ${teamId}, name: "x", scopes: ["admin"]) { secret } }`;
    expect(await refused(ada, wrong)).toBe("INVALID_INPUT");
  });
});

describe("sessions", () => {
  it("are listed and ended", async () => {
    const first = await aUser();
    const second = await signIn(first.username, first.password);
    const { sessions } = await data(first, "{ sessions { id current ip } }");
    expect(sessions.map(({ current }: Json) => current).sort()).toEqual([false, true]);
    const other = sessions.find(({ current }: Json) => !current).id;
    expect(await refused(eve, `mutation { revokeSession(id: "${other}") { success } }`)).toBe("NOT_FOUND");
    await data(first, `mutation { revokeSession(id: "${other}") { success } }`);
    expect((await second.api.send("GET /api/auth/me")).status).toBe(401);
    const third = await signIn(first.username, first.password);
    expect((await data(first, "mutation { endSessions(keepCurrent: true) { ended } }")).endSessions.ended).toBe(1);
    expect((await third.api.send("GET /api/auth/me")).status).toBe(401);
    expect((await first.api.send("GET /api/auth/me")).status).toBe(200);
  });
});

describe("people", () => {
  const users = (search: string) => `{ users(search: "${search}") { nodes { id username role isActive botCount } } }`;

  it("are listed for staff, and changed by admins", async () => {
    const person = await aUser();
    for (const who of [mod, admin])
      expect((await data(who, users(person.username))).users.nodes).toMatchObject([
        { id: String(person.id), username: person.username, role: "user", isActive: true },
      ]);
    expect(await refused(ada, users("x"))).toBe("FORBIDDEN");
    const change = (what: string) => `mutation { updateUser(id: "${person.id}", ${what}) { user { role isActive } } }`;
    expect(await refused(mod, change(`role: "admin"`))).toBe("FORBIDDEN");
    expect((await data(admin, change(`role: "moderator"`))).updateUser.user).toMatchObject({ role: "moderator" });
    expect((await data(admin, change("isActive: false"))).updateUser.user).toMatchObject({ isActive: false });
    expect((await person.api.send("GET /api/auth/me")).status).toBe(401);
    expect(await refused(admin, change(`role: "king"`))).toBe("INVALID_INPUT");
  });

  it("are out of reach of bots and of keys that lack the scope", async () => {
    const bot = await aBot(ada);
    for (const query of [
      "{ users { nodes { id } } }",
      "{ apiKeys { id } }",
      "{ sessions { id } }",
      "{ auditLog { nodes { id } } }",
    ]) {
      const { errors } = await ask(bot.api, query);
      expect([query, errors?.[0].extensions.code]).toEqual([query, "FORBIDDEN"]);
    }
  });
});
