/** Two processes of one server, on PostgreSQL and Redis of their own. */
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { Api, type Json } from "./api";
import { databases, type TestDatabase } from "./db/databases";
import { type TestBot, type TestUser, theAdmin } from "./factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { aRedis, type TestRedis } from "./redis";
import { closeSockets, socket } from "./sockets";

vi.setConfig({ testTimeout: 180_000 });
export let database: TestDatabase;
export let redis: TestRedis;
let folder: string;
export let a: ServerProcess;
export let b: ServerProcess;
export let admin: TestUser;
export const running = new Set<ServerProcess>();
export async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    BOT_OFFLINE_AFTER_S: "3",
    ...env,
  });
  running.add(server);
  return server;
}
/** Starts a process in the place of a, which has ended. */
export async function replaceA(): Promise<void> {
  a = await start();
}

beforeAll(async () => {
  [database, redis, folder] = [await databases.at(-1)!.open(), await aRedis(), temporaryFolder()];
  await redis.start();
  // Start both at the same moment, on an empty database.
  [a, b] = await Promise.all([start(), start()]);
  admin = await theAdmin(a.url);
});
afterEach(closeSockets);
afterAll(async () => {
  const codes = await Promise.all([...running].map((one) => (one.child.killed ? 0 : one.stop())));
  await redis.close();
  await database.close();
  removeFolder(folder);
  expect(codes.filter((code) => code !== 0)).toEqual([]);
  const failures = [...running].flatMap((one) =>
    one
      .log()
      .split("\n")
      .filter((line) => /failed unexpectedly|unhandled rejection|breaks its contract/.test(line)),
  );
  expect(failures).toEqual([]);
});
/** The same credential at another process. */
export const at = (server: ServerProcess, { api }: { api: Api }) => new Api(server.url, api.headers);
export const events = (line: { heard: [string, Json][] }, name: string): Json[] =>
  line.heard.filter(([event]) => event === name).map(([, data]) => data);
export const infoOf = async (bot: TestBot, server: ServerProcess): Promise<Json> =>
  (await at(server, bot).send("GET /api/bot/{bot_id}/info", { params: { bot_id: bot.id } })).json.stats;
/** A bot's program: runs each command once, repeats its ack until it is accepted, and switches to the other process when its own is gone. */
export function program(bot: TestBot, homes: ServerProcess[]) {
  const done = new Set<string>();
  const acked = new Set<string>();
  let line: ReturnType<typeof socket>;
  let stopped = false;
  let home = 0;
  const say = (id: string) =>
    line.client.timeout(5_000).emit("ack", { command_id: id, status: "completed" }, (error: unknown, answer: Json) => {
      if (error && line.client.connected) say(id);
      if (!error && answer?.status === "ok") acked.add(id);
    });
  function connect() {
    if (stopped) return;
    line = socket({
      token: bot.token,
      auth: { instance: `program-of-${bot.id}` },
      url: homes[home % homes.length]!.url,
    });
    line.client.on("connect", () => {
      for (const id of done) if (!acked.has(id)) say(id);
    });
    line.client.on("new_command", (command: Json, received?: () => void) => {
      received?.();
      done.add(command.id);
      say(command.id);
    });
    for (const end of ["disconnect", "connect_error"])
      line.client.once(end, () => {
        line.client.removeAllListeners();
        line.client.disconnect();
        home++;
        setTimeout(connect, 100);
      });
  }
  connect();
  return {
    done,
    connected: () => line.client.connected,
    stop() {
      stopped = true;
      line.client.disconnect();
    },
  };
}
