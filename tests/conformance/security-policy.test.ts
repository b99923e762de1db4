/** The settings' section `security` over HTTP and sockets. Runs on its own server, because the policy concerns everybody. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf } from "../api";
import { appCode } from "../authenticator";
import { databases, type TestDatabase } from "../db/databases";
import { aUser, type TestUser, theAdmin } from "../factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";
import { closeSockets, connected, refusal } from "../sockets";

const REFUSED = [403, "SECOND_FACTOR_SETUP_REQUIRED"];

describe.each(databases)("the security policy on $provider", ({ open }) => {
  let folder: string;
  let database: TestDatabase;
  let server: ServerProcess;
  let admin: TestUser;

  beforeAll(async () => {
    folder = temporaryFolder();
    database = await open();
    server = await startServer({
      ...{ DATA_DIR: folder, DATABASE_URL: database.url, SECRET_KEY: "a secret key of this server's, long" },
    });
    admin = await theAdmin(server.url);
  });
  afterAll(async () => {
    closeSockets();
    await server.stop();
    await database.close();
    removeFolder(folder);
  });

  const put = (body: object) => admin.api.send("PUT /api/config/security", { body });
  const answerOf = async (user: TestUser, line: string, body?: object) => {
    const { status, json } = await user.api.send(line, body ? { body } : {});
    return status === 200 ? [status] : [status, errorOf(json).code];
  };
  async function turnOn(user: TestUser) {
    const { json } = await user.api.send("POST /api/auth/second-factor", { body: { password: user.password } });
    const body = { otp: appCode(json.secret, Date.now()) };
    expect((await user.api.send("POST /api/auth/second-factor/confirm", { body })).status).toBe(200);
  }

  it("lets nobody demand a second factor who has none", async () => {
    const answer = await put({ require_second_factor: "everyone" });
    expect([answer.status, errorOf(answer.json).details?.field]).toEqual([400, "require_second_factor"]);
  });

  it("stops the sessions of people without a second factor, and nothing else, until they have one", async () => {
    const user = await aUser("user", server.url);
    const key = await user.api.send("POST /api/auth/api-keys", { body: { name: "script", scope: "operate" } });
    expect([200, 201], key.text).toContain(key.status);
    await turnOn(admin);
    expect((await put({ require_second_factor: "everyone" })).status).toBe(200);
    expect((await admin.api.send("GET /api/config/security")).status).toBe(200);

    expect(await answerOf(user, "GET /api/my-bots")).toEqual(REFUSED);
    const graphql = await user.api.send("POST /graphql", { body: { query: "{ me { username } }" } });
    expect([graphql.status, graphql.json.errors[0].extensions.code]).toEqual(REFUSED);
    expect(await answerOf(user, "POST /api/auth/api-keys", { name: "second", scope: "operate" })).toEqual(REFUSED);
    const headers = { cookie: `session_token=${user.cookie}` };
    expect(await refusal({ headers, url: server.url })).toMatchObject({ code: "SECOND_FACTOR_SETUP_REQUIRED" });
    expect(await refusal({ token: user.jwt, url: server.url })).toMatchObject({ code: "SECOND_FACTOR_SETUP_REQUIRED" });
    expect((await user.api.send("GET /api/auth/me")).status).toBe(200);
    expect((await user.api.send("GET /api/console")).json.user).toMatchObject({ needs_second_factor: true });
    expect((await user.api.bearer(key.json.secret).send("GET /api/my-bots")).status).toBe(200);

    await turnOn(user);
    expect(await answerOf(user, "GET /api/my-bots")).toEqual([200]);
    await connected({ headers, url: server.url });
    expect((await user.api.send("GET /api/console")).json.user).toMatchObject({ needs_second_factor: false });
  });
});
