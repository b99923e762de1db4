/**
 * Measures whether memory grows under a steady load, and how the server behaves at three times the load it can take. Runs
 * ten minutes at a steady rate, reads the server's memory every few seconds, then overloads it, then returns to the rate.
 *
 *   npm run build && node bench/soak.mjs [--minutes 10] [--rate 150] [--overload 20]
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { io } from "socket.io-client";
import { cleanUpAtExit, stopAll } from "./harness/cleanup.mjs";
import { median } from "./harness/statistics.mjs";
import { prepareMuster, startMuster } from "./processes.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    rate: { type: "string", default: "150" },
    overload: { type: "string", default: "20" },
  },
});
const [minutes, rate, overloadSeconds] = [values.minutes, values.rate, values.overload].map(Number);
const BOTS = 40;
const PAGES = 10;
const SAMPLE_MS = 5_000;
/** The share of the run that is not fitted, while caches fill and the heap finds its size. */
const WARM_SHARE = 0.3;
const BATCH = 100;
/** Concurrent requests in the overload. Their rows are more than the server allows to wait. */
const OVERLOAD_WIDTH = 3_000;

/** Sends one request. Returns its status, or why there is none, and milliseconds. Never throws. */
function send(server, agent, { method = "GET", path, token, body }) {
  const began = performance.now();
  return new Promise((resolve) => {
    const done = (status) => resolve({ status, ms: performance.now() - began });
    const lost = (error) => done(error.code ?? "no answer");
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      ...(text && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    const req = request({ host: "127.0.0.1", port: server.port, method, path, headers, agent }, (res) => {
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.once("end", () => done(res.statusCode));
      res.once("error", lost);
    });
    req.once("error", lost);
    req.end(text);
  });
}

/** Megabytes of the server: all resident memory, and its own part of it (the rest is the mapped database and code). */
function memory(pid) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)[1]) / 1024;
  return { all: of("VmRSS"), own: of("RssAnon") };
}

/** Growth of a line fitted through `points` [seconds, value], in percent of its middle per ten minutes. */
function slope(points) {
  const [meanX, meanY] = [0, 1].map((at) => points.reduce((sum, point) => sum + point[at], 0) / points.length);
  const top = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const bottom = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return ((top / bottom) * 600 * 100) / meanY;
}

const tally = (answers) => {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return Object.entries(counts)
    .map(([status, n]) => `${status} ×${n}`)
    .join(", ");
};
const quantile = (all, share) => {
  const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

let line = 0;
const log = () => ({ type: ++line % 50 ? "info" : "error", message: `Update ${line} of thread ${line % 97} handled` });

cleanUpAtExit();
const server = await startMuster();
try {
  const { userToken } = await prepareMuster(server);
  const bots = [];
  const steadyAgent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 60_000 });
  for (let n = 0; n < BOTS; n++) {
    const response = await fetch(`${server.url}/api/my-bots`, {
      method: "POST",
      headers: { authorization: `Bearer ${userToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: `Bot ${n}` }),
    });
    const { bot_id: id, token } = await response.json();
    bots.push({ id, token });
  }
  // Half of the bots listen by socket and acknowledge at once; pages of the console watch.
  const sockets = [];
  const connect = (token) => {
    const socket = io(server.url, { transports: ["websocket"], auth: { token }, forceNew: true });
    sockets.push(socket);
    return socket;
  };
  for (const bot of bots.slice(0, BOTS / 2))
    connect(bot.token).on("new_command", (command, confirm) => {
      confirm?.();
      void bot.ack(command.id);
    });
  for (const bot of bots)
    bot.ack = (id) =>
      send(server, steadyAgent, {
        ...{ method: "POST", path: `/api/commands/${id}/ack`, token: bot.token },
        body: { status: "completed" },
      });
  for (let n = 0; n < PAGES; n++) {
    const page = connect(userToken);
    page.on("connect", () => page.emit("watch", { topics: ["bots", "logs", "commands"] }));
  }

  const kinds = [
    (bot) => ({ method: "POST", path: `/api/bot/${bot.id}/logs`, token: bot.token, body: log() }),
    (bot) => ({ method: "POST", path: `/api/bot/${bot.id}/logs`, token: bot.token, body: [log(), log(), log()] }),
    (bot) => ({ method: "POST", path: `/api/bot/${bot.id}/status`, token: bot.token, body: { status: "online" } }),
    (bot) => ({ path: `/api/bot/${bot.id}/commands?lease=1`, token: bot.token }),
    () => ({ path: "/api/logs?limit=50", token: userToken }),
    () => ({ path: "/api/stats/overview", token: userToken }),
    () => ({
      ...{ method: "POST", path: "/api/commands", token: userToken },
      body: { bot_id: bots[Math.floor((Math.random() * BOTS) / 2)].id, type: "ping" },
    }),
  ];

  /** `rate` requests a second for a while, whether or not the answers keep up. */
  async function steady(seconds, look = () => {}) {
    const answers = [];
    const pending = new Set();
    const began = performance.now();
    for (let sent = 0; ; ) {
      const at = (performance.now() - began) / 1000;
      if (at >= seconds) break;
      for (; sent < at * rate; sent++) {
        const one = send(server, steadyAgent, kinds[sent % kinds.length](bots[sent % BOTS])).then((answer) => {
          answers.push(answer);
          pending.delete(one);
        });
        pending.add(one);
      }
      look(at);
      await sleep(10);
    }
    await Promise.all(pending);
    return answers;
  }

  const points = [];
  let next = 0;
  const answers = await steady(minutes * 60, (at) => {
    if (at * 1000 < next) return;
    next += SAMPLE_MS;
    const now = memory(server.pid);
    points.push({ at, ...now });
    if (points.length % 12 === 0)
      console.error(`  ${(at / 60).toFixed(1)} min: ${now.all.toFixed(0)} MB, ${now.own.toFixed(0)} MB its own`);
  });
  const warm = points.filter(({ at }) => at >= minutes * 60 * WARM_SHARE);
  const first = warm[0];
  const last = warm.at(-1);

  // Find the rate it can take, then send three times that.
  const flood = new Agent({ keepAlive: true, maxSockets: OVERLOAD_WIDTH, timeout: 120_000 });
  const batch = () => {
    const bot = bots[line % BOTS];
    return {
      ...{ method: "POST", path: `/api/bot/${bot.id}/logs`, token: bot.token },
      body: Array.from({ length: BATCH }, log),
    };
  };
  let done = 0;
  const until = performance.now() + 5_000;
  const worker = async () => {
    while (performance.now() < until) {
      await send(server, flood, batch());
      done++;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const capacity = done / 5;
  const offered = [];
  const health = [];
  const under = new Set();
  let peak = 0;
  const began = performance.now();
  for (let sent = 0, asked = 0; ; ) {
    const at = (performance.now() - began) / 1000;
    if (at >= overloadSeconds) break;
    // A request without a free connection waits at the client, as it would with any server.
    for (; sent < at * capacity * 3 && under.size < OVERLOAD_WIDTH; sent++) {
      const one = send(server, flood, batch()).then((answer) => {
        offered.push(answer);
        under.delete(one);
      });
      under.add(one);
    }
    if (at > asked) {
      asked += 0.5;
      void send(server, steadyAgent, { path: "/api/health", token: userToken }).then((answer) => health.push(answer));
    }
    peak = Math.max(peak, memory(server.pid).own);
    await sleep(5);
  }
  await Promise.all(under);
  flood.destroy();
  await sleep(2_000);
  const after = await steady(10);
  await sleep(5_000);
  const rest = memory(server.pid);

  const rows = [
    [
      "steady",
      `${minutes} min at ${rate} requests/s`,
      `${tally(answers)}; p50 ${quantile(answers, 0.5).toFixed(1)} ms`,
    ],
    ["", "its own memory", `${first.own.toFixed(0)} → ${last.own.toFixed(0)} MB`],
    ["", "… per 10 min (fitted, warm)", `${slope(warm.map(({ at, own }) => [at, own])).toFixed(1)} %`],
    ["", "all resident memory", `${first.all.toFixed(0)} → ${last.all.toFixed(0)} MB`],
    ["", "… per 10 min (fitted, warm)", `${slope(warm.map(({ at, all }) => [at, all])).toFixed(1)} %`],
    ["", "median of its own memory", `${median(warm.map(({ own }) => own)).toFixed(0)} MB`],
    ["overload", `3 × ${Math.round(capacity * BATCH)} logs/s for ${overloadSeconds} s`, tally(offered)],
    ["", "/api/health meanwhile", `${tally(health)}; p50 ${quantile(health, 0.5).toFixed(0)} ms`],
    ["", "its own memory, peak and 17 s after", `${peak.toFixed(0)} and ${rest.own.toFixed(0)} MB`],
    ["after", `10 s at ${rate} requests/s`, `${tally(after)}; p50 ${quantile(after, 0.5).toFixed(1)} ms`],
  ];
  console.log("\n|  | what | result |\n| --- | --- | --- |");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
  for (const socket of sockets) socket.disconnect();
} finally {
  await stopAll();
}
process.exit(0);
