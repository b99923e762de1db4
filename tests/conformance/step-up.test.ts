/**
 * Step-up on a server of its own, whose sessions are aged in the database: accounts that use nothing new notice nothing on
 * the documents' paths, and accounts with a second factor are asked wherever an operation declares a proof.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf } from "../api";
import { appCode } from "../authenticator";
import { databases, type TestDatabase } from "../db/databases";
import { aBot, aUser, type TestUser } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import {
  type OperationDocument,
  paramsOf,
  REQUIRED_QUERY,
  servedOperations,
  type Target,
  VALID_BODY,
} from "./operations";

/** Operations that end the caller's session or account: each gets callers of its own. */
const ENDING = /auth\/(logout|refresh|change-password|delete-account)$/;
/** The mutations that are operations with a proof, and the arguments of a call that changes nothing. */
const MUTATIONS = {
  restoreBackup: `restoreBackup(filename: "backup_none.tar.gz") { success }`,
  togglePlugin: `togglePlugin(pluginName: "plugin_none", enabled: true) { success }`,
  regenerateBotToken: `regenerateBotToken(id: "bot_none") { success }`,
  deleteTeam: `deleteTeam(id: "1999999999") { success }`,
  transferTeam: `transferTeam(id: "1999999999", username: "nobody") { success }`,
  addTeamMember: `addTeamMember(teamId: "1999999999", username: "nobody", role: "viewer") { success }`,
  changeTeamMember: `changeTeamMember(teamId: "1999999999", userId: "1", role: "viewer") { success }`,
  createTeamInvitation: `createTeamInvitation(teamId: "1999999999", role: "viewer") { success }`,
  removeTeamMember: `removeTeamMember(teamId: "1999999999", userId: "1") { success }`,
  createBotGrant: `createBotGrant(botId: "bot_none", username: "nobody", role: "viewer") { success }`,
  changeBotGrant: `changeBotGrant(botId: "bot_none", id: "grant_none", role: "viewer") { success }`,
  createTagGrant: `createTagGrant(teamId: "1000000001", tag: "t", username: "nobody", role: "viewer") { success }`,
  changeTagGrant: `changeTagGrant(teamId: "1000000001", id: "grant_none", role: "viewer") { success }`,
  endTagGrant: `endTagGrant(teamId: "1000000001", id: "grant_none") { success }`,
  endBotGrant: `endBotGrant(botId: "bot_none", id: "grant_none") { success }`,
  createApiKey: `createApiKey(name: "k") { success }`,
  rotateApiKey: `rotateApiKey(id: "key_none") { success }`,
  createTeamKey: `createTeamKey(teamId: "1999999999", name: "k", scopes: ["bots:read"]) { success }`,
  rotateTeamKey: `rotateTeamKey(teamId: "1999999999", id: "key_none") { success }`,
  updateUser: `updateUser(id: "nobody", role: "user") { success }`,
  transferBot: `transferBot(botId: "bot_none", username: "nobody") { success }`,
};

describe.each(databases)("step-up on $provider", ({ open }) => {
  let folder: string;
  let database: TestDatabase;
  let server: ServerProcess;
  let served: OperationDocument[];

  beforeAll(async () => {
    folder = temporaryFolder();
    database = await open();
    server = await startServer({
      ...{ DATA_DIR: folder, DATABASE_URL: database.url, SECRET_KEY: "a secret key of this server's, long" },
      ...{ RATE_LIMIT_FACTOR: "1000" },
    });
    served = await servedOperations();
  });
  afterAll(async () => {
    await server.stop();
    await database.close();
    removeFolder(folder);
  });

  /** Makes the proof of an account's sessions a day old. */
  const age = (user: TestUser) =>
    database.run(`UPDATE session SET proved_at = ${Date.now() - 86_400_000} WHERE user_id = ${user.id}`);

  async function targetOf(owner: TestUser): Promise<Target> {
    return { bot: await aBot(owner), command_id: "cmd_none", user_id: String(owner.id), ticket_id: "ticket_none" };
  }
  async function answer(user: TestUser, { line }: OperationDocument, target: Target) {
    const { status, json } = await user.api.send(line, {
      ...{ params: paramsOf(target), query: REQUIRED_QUERY[line], body: VALID_BODY[line]?.(target) },
    });
    return status < 400 ? { status } : { status, code: errorOf(json).code };
  }
  async function withFactor(): Promise<TestUser> {
    const admin = await aUser("admin", server.url);
    const { json } = await admin.api.send("POST /api/auth/second-factor", { body: { password: admin.password } });
    const body = { otp: appCode(json.secret, Date.now()) };
    expect((await admin.api.send("POST /api/auth/second-factor/confirm", { body })).status).toBe(200);
    return admin;
  }

  it("changes no answer on the paths of documents 000 and 003 for an account that uses nothing new", async () => {
    const pair = async () => {
      const [fresh, old] = [await aUser("admin", server.url), await aUser("admin", server.url)];
      return { fresh, old, targets: [await targetOf(fresh), await targetOf(old)] as const };
    };
    const shared = await pair();
    const documented = served.filter(({ document }) => /^00[03]\b/.test(document ?? ""));
    expect(documented.length).toBeGreaterThan(80);
    for (const operation of documented) {
      const { fresh, old, targets } = ENDING.test(operation.line) ? await pair() : shared;
      const expected = await answer(fresh, operation, targets[0]);
      await age(old);
      expect([operation.line, await answer(old, operation, targets[1])]).toEqual([operation.line, expected]);
    }
  });

  it("asks an account with a second factor wherever an operation declares a proof", async () => {
    const admin = await withFactor();
    const target = await targetOf(admin);
    await age(admin);
    const { json } = await admin.api.send("GET /api/openapi.json");
    const declared = new Set(
      Object.values<Record<string, { operationId: string; "x-proof"?: string }>>(json.paths).flatMap((operations) =>
        Object.values(operations).flatMap((one) => (one["x-proof"] ? [one.operationId] : [])),
      ),
    );
    expect(declared.size).toBeGreaterThan(25);
    const asked = served.filter(({ id }) => declared.has(id));
    for (const operation of asked)
      expect([operation.line, await answer(admin, operation, target)]).toEqual([
        operation.line,
        { status: 403, code: "STEP_UP_REQUIRED" },
      ]);
  });

  it.each(["DELETE /api/auth/discord", "DELETE /api/auth/sso/links/{link_id}"] as const)(
    "asks an account without a second factor, too, before %s",
    async (line) => {
      const user = await aUser("user", server.url);
      const call = { params: { link_id: "link_none" } };
      expect(errorOf((await user.api.send(line, call)).json).code).toBe("NOT_FOUND");
      await age(user);
      const { status, json } = await user.api.send(line, call);
      expect([status, errorOf(json).code]).toEqual([403, "STEP_UP_REQUIRED"]);
    },
  );

  it.each(Object.entries(MUTATIONS))("asks such an account in GraphQL's %s, naming the ways", async (name, call) => {
    const admin = await withFactor();
    const mutate = async (user: TestUser) => {
      const { json } = await user.api.send("POST /graphql", { body: { query: `mutation { ${call} }` } });
      return json.errors[0].extensions;
    };
    expect((await mutate(admin)).code).not.toBe("STEP_UP_REQUIRED");
    await age(admin);
    expect(await mutate(admin)).toMatchObject({
      code: "STEP_UP_REQUIRED",
      details: { ways: ["password", "otp"], path: "/api/auth/step-up" },
    });
    const plain = await aUser("admin", server.url);
    await age(plain);
    // Muster's own operations ask everybody, those of the documents only accounts with a second factor.
    const { document } = served.find(({ id }) => id === name)!;
    expect((await mutate(plain)).code === "STEP_UP_REQUIRED").toBe(document === undefined);
  });

  it("has a mutation in the list for every operation with a proof that GraphQL offers", async () => {
    const { json } = await (await aUser("admin", server.url)).api.send("POST /graphql", {
      body: { query: "{ __schema { mutationType { fields { name } } } }" },
    });
    const offered = new Set<string>(json.data.__schema.mutationType.fields.map(({ name }: { name: string }) => name));
    const openapi = (await (await aUser("user", server.url)).api.send("GET /api/openapi.json")).json;
    const declared = Object.values<Record<string, { operationId: string; "x-proof"?: string }>>(openapi.paths).flatMap(
      (operations) => Object.values(operations).flatMap((one) => (one["x-proof"] ? [one.operationId] : [])),
    );
    expect(declared.filter((id) => offered.has(id)).sort()).toEqual(Object.keys(MUTATIONS).sort());
  });
});
