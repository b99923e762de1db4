/** Requests of real clients that the documents do not mention: old protocols, hashes of queries, stray spaces, absolute URLs. */
import { request } from "node:http";
import type { Socket } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";
import { sendCommand } from "@/lib/fleet/commands/contract";
import { Api } from "../api";
import { aBot, anApiKey, aUser } from "../factories";
import { ask, codeOf } from "../graphql";
import { theServer } from "../the-server";

const { url } = theServer();

describe("clients of Socket.IO 2", () => {
  const open = new Set<Socket>();
  afterEach(() => {
    for (const client of open) client.close();
    open.clear();
  });
  async function connect(transport: string, options: object): Promise<Socket> {
    const { default: io } = (await import("socket.io-client-2" as string)) as {
      default: (...given: unknown[]) => Socket;
    };
    const client = io(url, { transports: [transport], forceNew: true, reconnection: false, ...options });
    open.add(client);
    return client;
  }

  it.each(["websocket", "polling"])("get commands and acknowledge them over %s", async (transport) => {
    const owner = await aUser();
    const bot = await aBot(owner);
    const client = await connect(transport, { query: { token: bot.token } });
    const hello = new Promise((resolve) => client.once("connected", resolve));
    const pushed = new Promise<{ id: string; payload: unknown }>((resolve) => client.once("new_command", resolve));
    expect(await hello).toMatchObject({ status: "connected" });
    const body = { type: "ping", payload: { text: "é" } };
    const params = { bot_id: bot.id };
    const { command } = await owner.api.call(sendCommand, { params, body });
    expect(await pushed).toMatchObject({ id: command.id, payload: body.payload });
    const answer = await new Promise((resolve) => client.emit("ack", { command_id: command.id }, resolve));
    expect(answer).toMatchObject({ status: "ok", command: { id: command.id, status: "completed" } });
  });

  it("are refused without a valid token", async () => {
    const client = await connect("websocket", { query: { token: "nonsense" } });
    expect(await new Promise((resolve) => client.once("error", resolve))).toMatchObject({ code: "UNAUTHORIZED" });
  });
});

describe("GraphQL clients", () => {
  const persisted = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };

  it("that send only a hash are asked for the query text", async () => {
    const { api } = await aUser();
    const errors = [{ message: "PersistedQueryNotSupported", extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }];
    const posted = await api.send("POST /graphql", {
      body: { operationName: "A", variables: {}, extensions: persisted },
    });
    expect([posted.status, posted.json]).toEqual([200, { errors }]);
    const got = await api.send("GET /graphql", { query: { extensions: JSON.stringify(persisted) } });
    expect([got.status, got.json]).toEqual([200, { errors }]);
    const both = { query: "{ status { version } }", extensions: persisted };
    expect((await api.send("POST /graphql", { body: both })).json.data.status.version).toEqual(expect.any(String));
  });

  it("that send neither text nor hash get an error that names the missing field", async () => {
    const { status, json } = await (await aUser()).api.send("POST /graphql", { body: {} });
    expect([status, json.errors[0].message]).toEqual([400, "query: is required"]);
  });

  it('may send operationName: ""', async () => {
    const { api } = await aUser();
    const body = { query: "query A { status { version } }", operationName: "" };
    expect((await api.send("POST /graphql", { body })).json).toMatchObject({ data: { status: {} } });
    const { query, operationName } = body;
    expect((await api.send("GET /graphql", { query: { query, operationName } })).json).toMatchObject({ data: {} });
  });

  it("find the argument's name in an error, and their own keys in a payload", async () => {
    const owner = await aUser();
    const bot = await aBot(owner);
    expect(await codeOf(owner, '{ logs(after: "odd") { nodes { id } } }')).toMatchObject({ field: "after" });
    const manifest = { commands: [{ name: "greet", params: { type: "object", required: ["user_name"] } }] };
    const params = { bot_id: bot.id };
    expect((await bot.api.send("PUT /api/bot/{bot_id}/manifest", { params, body: manifest })).status).toBe(200);
    const send =
      'mutation ($b: ID!, $p: JSON) { sendCommand(botId: $b, type: "greet", payload: $p) { command { id } } }';
    expect((await ask(owner, send, { b: bot.id, p: {} })).errors[0].extensions).toMatchObject({
      code: "INVALID_INPUT",
      field: "payload.user_name",
    });
  });
});

describe("tokens", () => {
  it("are accepted with spaces and line ends around them, wherever they are sent", async () => {
    const owner = await aUser();
    const bot = await aBot(owner);
    const key = await anApiKey(owner, "read");
    const spaced = (token: string) => ` ${token}\n`;
    const auth = await new Api().send("POST /api/bot/auth", { body: { bot_id: bot.id, token: spaced(bot.token) } });
    expect(auth.status).toBe(200);
    const params = { bot_id: bot.id };
    const log = { message: "hello", token: spaced(bot.token) };
    expect((await new Api().send("POST /api/bot/{bot_id}/logs", { params, body: log })).status).toBe(200);
    for (const [name, value] of [
      ["authorization", `Bearer \t ${key.secret} `],
      ["x-bot-token", ` ${bot.token}\t`],
    ] as const)
      expect((await new Api().with({ [name]: value }).send("GET /api/bot/{bot_id}/info", { params })).status).toBe(200);
  });
});

it("accepts a request with an absolute URL as its target", async () => {
  const { hostname, port } = new URL(url);
  const status = await new Promise((resolve, reject) =>
    request({ hostname, port, path: `${url}/api/health?detailed=false` }, ({ statusCode }) => resolve(statusCode))
      .once("error", reject)
      .end(),
  );
  expect(status).toBe(200);
});
