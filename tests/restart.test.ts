/**
 * A restart under load. Clients on kept-alive connections get every answer, stock Socket.IO clients reconnect by themselves,
 * and a signal is obeyed whenever it comes.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { io } from "socket.io-client";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { Api, type Json } from "./api";
import { aBot, aUser, type TestBot } from "./factories";
import { API_TOKEN, freePort, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";

let folder: string;
let server: ServerProcess;
let PORT: string;
const start = (env: Record<string, string> = {}) => startServer({ DATA_DIR: folder, PORT, ...env });
beforeEach(async () => {
  folder = temporaryFolder();
  PORT = String(await freePort());
  server = await start({ STOP_GRACE_S: "2" });
});
afterEach(async () => {
  await server.kill();
  removeFolder(folder);
});

const fleet = async (count: number): Promise<TestBot[]> => {
  const user = await aUser("user", server.url);
  return Promise.all(Array.from({ length: count }, () => aBot(user)));
};

/** The clients of bench/restart-load.mjs; `next` resolves with the next line that they print. */
function clients(url: string, bots: TestBot[], counts: { writers: number; pollers: number; sockets: number }) {
  const child = spawn(process.execPath, ["bench/restart-load.mjs"]) as ChildProcessWithoutNullStreams;
  child.stderr.pipe(process.stderr);
  child.stdin.end(JSON.stringify({ url, bots: bots.map(({ id, token }) => ({ id, token })), ...counts }));
  const lines = child.stdout.setEncoding("utf8").iterator() as AsyncIterator<string>;
  let rest = "";
  return async function next(): Promise<string> {
    while (!rest.includes("\n")) {
      const { value, done } = await lines.next();
      if (done) throw new Error("The clients ended");
      rest += value;
    }
    const line = rest.slice(0, rest.indexOf("\n"));
    rest = rest.slice(line.length + 1);
    return line;
  };
}

it("answers every request of kept-alive clients during SIGTERM, and all sockets come back", async () => {
  const next = clients(server.url, await fleet(20), { writers: 40, pollers: 10, sockets: 20 });
  expect(await next()).toBe("ready");
  expect(await server.stop()).toBe(0);
  expect(await next()).toBe("refused");
  const database = new DatabaseSync(join(folder, "muster.db"));
  const { stored } = database.prepare("SELECT count(*) AS stored FROM log").get() as { stored: number };
  database.close();
  server = await start();
  const seen = JSON.parse(await next());
  expect(seen).toEqual({
    // Only answers, no errors; and whatever was stored was answered.
    writers: { 200: stored },
    pollers: { 200: expect.any(Number) },
    sockets: { "transport close": 20 },
  });
  expect(seen.pollers[200]).toBeGreaterThanOrEqual(10);
});

it("fails its health check as soon as it is stopping, and still answers requests", async () => {
  const [bot] = await fleet(1);
  const health = () => fetch(`${server.url}/api/health`);
  // A connection that stays open keeps the grace from ending early.
  const poll = bot!.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot!.id }, query: { wait: 30 } });
  await health();
  const code = server.stop();
  await expect.poll(async () => (await health()).status).toBe(503);
  const answer = await health();
  expect([answer.headers.get("connection"), (await answer.json()).status]).toEqual(["close", "unhealthy"]);
  const log = { params: { bot_id: bot!.id }, body: { message: "while stopping" } };
  expect((await bot!.api.send("POST /api/bot/{bot_id}/logs", log)).status).toBe(200);
  expect(await poll).toMatchObject({ status: 200, json: { commands: [] } });
  expect(await code).toBe(0);
});

it("ends the grace at a second signal, and exits with 0", async () => {
  await server.kill();
  server = await start({ STOP_GRACE_S: "300" });
  const [bot] = await fleet(1);
  const poll = bot!.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot!.id }, query: { wait: 30 } });
  const code = server.stop();
  expect((await poll).status).toBe(200);
  // This one waits as usual, until the server stops listening.
  const held = bot!.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot!.id }, query: { wait: 60 } });
  await expect.poll(async () => (await fetch(`${server.url}/api/health`)).status).toBe(503);
  server.child.kill("SIGTERM");
  expect([(await held).status, await code]).toEqual([200, 0]);
});

it("offers commands of a killed server to their bot as soon as it reconnects, once for each socket", async () => {
  const [bot] = await fleet(1);
  const owner = new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
  const client = io(server.url, { forceNew: true, auth: { token: bot!.token } });
  onTestFinished(() => void client.disconnect());
  const heard: Json[] = [];
  // The first command is confirmed, the second is not; neither is acked.
  client.on("new_command", (command: Json, confirm: () => void) => {
    if (heard.push(command) === 1) confirm();
  });
  const send = async () =>
    (await owner.send("POST /api/commands", { body: { bot_id: bot!.id, type: "work" } })).json.command.id;
  await new Promise<void>((resolve) => client.once("connect", resolve));
  const sent = [await send(), await send()];
  await expect.poll(() => heard.map(({ id }) => id)).toEqual(sent);
  await server.kill();
  heard.length = 0;
  server = await start();
  await expect.poll(() => heard.map(({ id }) => id)).toEqual(sent);
  expect(heard.map(({ attempts }) => attempts)).toEqual([1, 1]);
  // Events keep their order, so a second copy would have arrived before this one.
  const later = await send();
  await expect.poll(() => heard.map(({ id }) => id)).toEqual([...sent, later]);
});

it("obeys a signal that comes during its start, and can start again", async () => {
  await server.kill();
  const child = spawn(process.execPath, ["dist/server.mjs"], {
    env: { ...process.env, NODE_ENV: "production", DATA_DIR: folder, PORT, HOST: "127.0.0.1" },
  });
  // The process listens for signals before it opens its database: the first file it makes is the lock.
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  server = await start();
});
