/**
 * Tests this folder's nginx.conf with two processes on PostgreSQL and Redis. Checks that a bot gets its commands from either
 * process, and kills one of them. Needs nginx, openssl and `npm run build`.
 *
 *   node scripts/postgres.mjs run -- node scripts/redis.mjs run -- node docs/deploy/try-several.mjs
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { ask, freePort, https, json, muster, NAME, nginx, report, run, signIn } from "./trial.mjs";

const { TEST_POSTGRES_URL, TEST_REDIS_URL } = process.env;
if (!TEST_POSTGRES_URL || !TEST_REDIS_URL) throw new Error("See the first lines of this file: it needs both databases");
const [first, second] = [await freePort(), await freePort()];
const shared = { DATABASE_URL: TEST_POSTGRES_URL, REDIS_URL: TEST_REDIS_URL, LOG_LEVEL: "error" };

/** Asks both processes directly which of them has the bot. */
async function homeOf(headers) {
  for (const port of [first, second]) {
    const figures = await fetch(`http://127.0.0.1:${port}/metrics`, { headers }).then((reply) => reply.text());
    if (/muster_sockets\{kind="bot"\} [1-9]/.test(figures)) return port;
  }
  return undefined;
}

await run(async () => {
  nginx((conf) =>
    conf
      // Uncomment the two lines for several processes.
      .replace("# server 127.0.0.1:5001;", `server 127.0.0.1:${second};`)
      .replace("server 127.0.0.1:5000;", `server 127.0.0.1:${first};`)
      .replace("# hash $remote_addr", "hash $remote_addr"),
  );
  const processes = new Map([
    [first, muster(first, shared)],
    [second, muster(second, shared)],
  ]);
  const answers = (port) =>
    fetch(`http://127.0.0.1:${port}/api/health`)
      .then((reply) => reply.ok)
      .catch(() => false);
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(200))
    if ((await answers(first)) && (await answers(second))) break;
  const { token } = JSON.parse((await signIn()).text);
  const headers = { authorization: `Bearer ${token}` };
  /** Sends a request again after a 502: its process was killed, and the idempotency key makes the repetition safe. */
  async function send(bot) {
    const call = { method: "POST", headers, body: { type: "ping", idempotency_key: randomUUID() } };
    for (;;) {
      const { status, text } = await ask(`/api/bot/${bot.bot_id}/send-command`, call);
      if (status !== 502) return JSON.parse(text).command.id;
    }
  }

  for (const transports of [["polling"], ["websocket"]]) {
    const bot = await json("/api/my-bots", { method: "POST", headers, body: { name: "Behind two" } });
    const heard = new Set();
    const options = { transports, forceNew: true, rejectUnauthorized: false, extraHeaders: { host: NAME } };
    const socket = io(`https://127.0.0.1:${https}`, { ...options, auth: { token: bot.token } });
    socket.on("new_command", ({ id }, received) => {
      heard.add(id);
      received?.();
      socket.emit("ack", { command_id: id, status: "completed" });
    });
    const until = async (holds) => {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) if (await holds()) return true;
      return false;
    };
    report(`${transports}: connected`, await until(() => socket.connected));
    for (let round = 0; round < 20; round++) await send(bot);
    report(`${transports}: 20 commands pushed`, await until(() => heard.size === 20), heard.size);
    if (transports[0] === "websocket") {
      const home = await homeOf(headers);
      report("  one of the two has it", home !== undefined);
      processes.get(home)?.kill("SIGKILL");
      const id = await send(bot);
      report("one process is killed: the other answers, and the bot is back", await until(() => heard.has(id)), home);
      report(
        "  as often as asked",
        (await Promise.all(Array.from({ length: 20 }, () => ask("/api/health")))).every(({ status }) => status === 200),
      );
    }
    socket.close();
  }
});
