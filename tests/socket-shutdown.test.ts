/**
 * The end of sockets. Each kind is counted while it is open, and closed with a reason at a restore, at the end of its
 * credential, and when the server stops. The stop drops no running request and waits for no client that does not answer.
 */
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { io } from "socket.io-client";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { Api } from "./api";
import { aBot, anApiKey, aUser, signIn, type TestUser, theAdmin } from "./factories";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { closeSockets, connected } from "./sockets";

let folder: string;
let server: ServerProcess;
const open: WebSocket[] = [];
beforeEach(async () => {
  folder = temporaryFolder();
  server = await startServer({ DATA_DIR: folder });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  closeSockets();
  await server.kill();
  removeFolder(folder);
});

const ended = (socket: WebSocket): Promise<string> =>
  once(socket, "close").then(([code, reason]) => `${code} ${reason}`);

/** An open /ws; `ended` resolves with code and reason. */
async function plain(token: string) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws?token=${token}`);
  open.push(socket);
  const over = ended(socket);
  await once(socket, "open");
  return { socket, over };
}

/** A GraphQL socket with a running subscription. */
async function graphql(user: TestUser) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  open.push(socket);
  const over = ended(socket);
  await once(socket, "open");
  const next = async (type: string) => {
    for (;;) {
      const [text] = await once(socket, "message");
      if (JSON.parse(String(text)).type === type) return;
    }
  };
  const acknowledged = next("connection_ack");
  socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${user.jwt}` } }));
  await acknowledged;
  const first = next("next");
  const payload = { query: "subscription { systemMetrics { cpuUsage } }" };
  socket.send(JSON.stringify({ type: "subscribe", id: "1", payload }));
  await first;
  return { socket, over };
}

/** Reads a subscription by server-sent events to its end. */
async function events(user: TestUser) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { ...user.api.headers, accept: "text/event-stream", "content-type": "application/json" },
    body: JSON.stringify({ query: "subscription { systemMetrics { cpuUsage } }" }),
  });
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  await reader.read();
  const over = (async () => {
    for (;;) if ((await reader.read()).done) return "ended";
  })().catch(() => "broke off");
  return { over };
}

/** A Socket.IO client with the library's own settings. `lost` resolves with the reason of its first disconnect. */
async function stock(token: string) {
  const client = io(server.url, { forceNew: true, auth: { token } });
  onTestFinished(() => void client.disconnect());
  const lost = new Promise<string>((resolve) => client.once("disconnect", resolve));
  await new Promise<void>((resolve) => client.once("connect", resolve));
  return { client, lost };
}

async function sockets(): Promise<Record<string, number>> {
  const { text } = await new Api(server.url).bearer(API_TOKEN).send("GET /metrics");
  const found = [...text.matchAll(/^muster_sockets\{kind="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(found.map(([, kind, n]) => [kind!, Number(n)]));
}

it("a restore disconnects every socket, and all can reconnect", async () => {
  const admin = await theAdmin(server.url);
  const user = await aUser("user", server.url);
  const { filename } = (await admin.api.send("POST /api/backups", { body: {} })).json;
  const [ws, gql, sse] = await Promise.all([plain(user.jwt), graphql(user), events(user)]);
  const page = await connected({ token: user.jwt, url: server.url });
  const cut = once(page.client as never, "disconnect");
  expect(await sockets()).toEqual({ console: 1, bot: 0, ws: 1, graphql: 1 });
  const restored = await admin.api.send("POST /api/backups/{filename}/restore", {
    params: { filename },
    body: { confirm: filename },
  });
  expect([restored.status, restored.text]).toEqual([200, expect.stringContaining("before_restore_")]);
  const reason = "1012 A backup is being restored: connect again";
  expect(await Promise.all([ws.over, gql.over, sse.over])).toEqual([reason, reason, "ended"]);
  await cut;
  await expect.poll(sockets).toEqual({ console: 0, bot: 0, ws: 0, graphql: 0 });
  // A restore ends every session, so sign in again.
  const again = await signIn(user.username, user.password, server.url);
  await Promise.all([plain(again.jwt), graphql(again)]);
  expect(await sockets()).toMatchObject({ ws: 1, graphql: 1 });
});

it("a stock Socket.IO client returns by itself after a restore, and stays away once its credential has ended", async () => {
  const admin = await theAdmin(server.url);
  const bot = await aBot(await aUser("user", server.url));
  const { filename } = (await admin.api.send("POST /api/backups", { body: {} })).json;
  const { client, lost } = await stock(bot.token);
  const back = new Promise<void>((resolve) => client.once("disconnect", () => client.once("connect", resolve)));
  const params = { params: { filename }, body: { confirm: filename } };
  expect((await admin.api.send("POST /api/backups/{filename}/restore", params)).status).toBe(200);
  expect(await lost).toBe("transport close");
  await back;
  const ended = new Promise<string>((resolve) => client.once("disconnect", resolve));
  const again = await theAdmin(server.url);
  await again.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: bot.id } });
  expect([await ended, client.active]).toEqual(["io server disconnect", false]);
});

it("a socket closes when its session, key, bot token or bot ends", async () => {
  const user = await aUser("user", server.url);
  const key = await anApiKey(user, "operate");
  const [first, second] = [await aBot(user), await aBot(user)];
  const [byKey, byFirst, bySecond] = await Promise.all([key.secret, first.token, second.token].map(plain));
  const reason = "1008 The credential has ended";
  await user.api.send("DELETE /api/auth/api-keys/{key_id}", { params: { key_id: key.id } });
  expect(await byKey!.over).toBe(reason);
  await user.api.send("POST /api/my-bots/{bot_id}/regenerate-token", { params: { bot_id: first.id } });
  expect(await byFirst!.over).toBe(reason);
  await user.api.send("DELETE /api/my-bots/{bot_id}", { params: { bot_id: second.id } });
  expect(await bySecond!.over).toBe(reason);
  const [ws, gql] = await Promise.all([plain(user.jwt), graphql(user)]);
  await user.api.send("POST /api/auth/logout");
  expect(await Promise.all([ws.over, gql.over])).toEqual([reason, "4401 The credential has ended"]);
});

it("on SIGTERM running requests are answered, sockets are closed, and clients that do not answer are cut", async () => {
  const user = await aUser("user", server.url);
  const bot = await aBot(user);
  const [ws, gql, deaf] = await Promise.all([plain(user.jwt), graphql(user), plain(user.jwt)]);
  // Like a sleeping phone: connected, but does not answer the close.
  deaf.socket.pause();
  const poll = bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id }, query: { wait: 30 } });
  const body = JSON.stringify({ message: "under way when the server stops" });
  const { hostname, port } = new URL(server.url);
  const slow = connectTcp(Number(port), hostname);
  await once(slow, "connect");
  let answer = "";
  slow.on("data", (data) => {
    answer += data;
  });
  const closed = once(slow, "close");
  const head = `POST /api/bot/${bot.id}/logs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bot.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
  slow.write(head);
  // The server answered 100 Continue, so the request has begun.
  await expect.poll(() => answer).toContain("100 Continue");
  const code = server.stop();
  expect(await Promise.all([ws.over, gql.over])).toEqual([
    "1012 The server is restarting",
    "1012 The server is restarting",
  ]);
  slow.write(body);
  await closed;
  expect(answer).toContain("HTTP/1.1 200 OK");
  expect(await poll).toMatchObject({ status: 200, json: { commands: [] } });
  expect([await code, server.log()]).toEqual([0, expect.stringContaining("finishing what is under way")]);

  server = await startServer({ DATA_DIR: folder });
  const logs = await new Api(server.url, bot.api.headers).send("GET /api/logs", { query: { bot_id: bot.id } });
  expect(logs.json.logs).toMatchObject([{ message: "under way when the server stops" }]);
});
