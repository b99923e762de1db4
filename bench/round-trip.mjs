/** The round trip of a command: enqueue → bot → ack → observer. Each system has an implementation with the same interface. */
import { io } from "socket.io-client";
import { call } from "./load.mjs";

const PAYLOAD = { thread_id: "42", message: "Hello from the bench", urgent: false };

const connected = (socket) =>
  new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });

/** Calls back when the observer sees that a command is done, even if that is before the enqueuer has its answer. */
function meetings() {
  const waiting = new Map();
  const early = new Set();
  return {
    done(id) {
      const resolve = waiting.get(id);
      if (!resolve) early.add(id);
      else {
        waiting.delete(id);
        resolve();
      }
    },
    until: (id) => (early.delete(id) ? Promise.resolve() : new Promise((resolve) => waiting.set(id, resolve))),
  };
}

/** @returns {Promise<{once: () => Promise<void>, close: () => Promise<void>}>} through node:http and two sockets */
async function overSockets(server, path, headers, botAuth, observerAuth, home = server) {
  const options = { transports: ["websocket"], forceNew: true };
  const bot = await connected(io(home.url, { ...options, auth: botAuth }));
  const observer = await connected(io(server.url, { ...options, auth: observerAuth }));
  const met = meetings();
  bot.on("new_command", (command, received) => {
    if (typeof received === "function") received();
    bot.emit("ack", { command_id: command.id, status: "completed", result: { ok: true } }, (answer) => {
      if (answer?.status !== "ok") throw new Error(`ack: ${JSON.stringify(answer)}`);
    });
  });
  observer.on("command_update", (command) => {
    if (command.status === "completed") met.done(command.id);
  });
  return {
    async once() {
      const text = await call(server, {
        method: "POST",
        path,
        headers,
        body: JSON.stringify({ type: "send_message", payload: PAYLOAD }),
      });
      await met.until(JSON.parse(text).command.id);
    },
    async close() {
      bot.disconnect();
      observer.disconnect();
    },
  };
}

/** `home`: the process the bot is connected to, if that is another one. */
export const musterTrips = (server, { botId, botToken, userToken }, home = server) =>
  overSockets(
    server,
    `/api/bot/${botId}/send-command`,
    { authorization: `Bearer ${userToken}` },
    { token: botToken },
    { token: userToken },
    home,
  );

export const bareTrips = (server) => overSockets(server, "/api/bot/b1/cmd", {}, { bot: "b1" }, {});

/** BullMQ with producer, worker and observer in this process, which favours it; Redis with appendfsync everysec. */
export async function bullTrips(redis) {
  const { Queue, QueueEvents, Worker } = await import("bullmq");
  const connection = { host: "127.0.0.1", port: redis.port };
  const queue = new Queue("bench", { connection, defaultJobOptions: { removeOnComplete: true } });
  const worker = new Worker("bench", async () => ({ ok: true }), { connection, concurrency: 16 });
  const events = new QueueEvents("bench", { connection });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady(), events.waitUntilReady()]);
  const met = meetings();
  events.on("completed", ({ jobId }) => met.done(jobId));
  return {
    async once() {
      const job = await queue.add("send_message", PAYLOAD);
      await met.until(job.id);
    },
    close: () => Promise.all([worker.close(), events.close(), queue.close()]),
  };
}

/** Runs `count` round trips, `width` of them at a time. */
export async function trips({ once }, count, width) {
  let left = count;
  const one = async () => {
    while (left-- > 0) await once();
  };
  await Promise.all(Array.from({ length: width }, one));
}

/** Measures µs of wall time from enqueue to the observer, for each system in the order given, one trip at a time in turn. */
export async function latencies(systems, rounds) {
  const times = systems.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (let step = 0; step < systems.length; step++) {
      const index = (step + round) % systems.length;
      const from = process.hrtime.bigint();
      await systems[index].once();
      times[index].push(Number(process.hrtime.bigint() - from) / 1000);
    }
  return times;
}
