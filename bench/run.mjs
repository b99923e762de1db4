/**
 * Measures Muster beside its peers and prints one table. Needs Linux, the production bundle (npm run build), python3-flask
 * and redis-server of Debian. See bench/README.md for what is measured, and why this way.
 *
 *   node bench/run.mjs [--quick] [--only P1,P3] [--json file]
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { fanOut, fleetSize } from "./fleet.mjs";
import { call, load } from "./load.mjs";
import { cpuPerOperation, median, treeCpu } from "./measure.mjs";
import { fleetPage } from "./page.mjs";
import {
  answering,
  folder,
  prepareMuster,
  startBareSocketIo,
  startFlask,
  startMuster,
  startPostgres,
  startRaw,
  startRedis,
  stopAll,
} from "./processes.mjs";
import { bareTrips, bullTrips, latencies, musterTrips, trips } from "./round-trip.mjs";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string" }, json: { type: "string" } },
});
const size = options.quick ? { rounds: 3, cpuUs: 300_000 } : { rounds: 7, cpuUs: 1_000_000 };
/** Concurrent requests in every CPU case, for every system. */
const WIDTH = 16;
const wanted = options.only?.split(",");
const rows = [];

/** One line of the table: `ours` and `peer` in the same unit, `goal` the largest ratio that is good. */
function row(id, what, ours, peer, peerName, goal, unit = "µs", note = "") {
  rows.push({ id, what, ours, peer, peerName, ratio: ours / peer, goal, unit, note });
  console.error(`  ${what}: ${number(ours)} ${unit}, ${peerName} ${number(peer)} ${unit}`);
}
/** A figure without a peer; `goal` the largest value that is good. */
function fact(id, what, ours, unit = "", goal = undefined) {
  rows.push({ id, what, ours, peerName: "–", goal, unit, note: "absolute" });
  console.error(`  ${what}: ${number(ours)} ${unit}`);
}
const spread = (...results) => `±${Math.round((Math.max(...results.map((one) => one.spread)) * 100) / 2)} %`;

let line = 0;
const log = () => ({
  type: line % 50 === 0 ? "error" : "info",
  message: `Handled update ${++line} of thread ${line % 97} in ${(line * 7) % 400} ms`,
  metadata: { shard: line % 8, guild: String(1000 + (line % 40)) },
});
const oneLog = () => JSON.stringify(log());
const batch = () => JSON.stringify(Array.from({ length: 100 }, log));

/** A case that posts to /api/bot/<id>/logs. */
const posting = (name, server, id, body, headers = {}) => ({
  name,
  pids: [server.pid],
  run: (count) =>
    load(server, count, WIDTH, () => ({ method: "POST", path: `/api/bot/${id}/logs`, headers, body: body() })),
});

async function commandTrips(which) {
  const [muster, bare] = [await startMuster(), await startBareSocketIo()];
  const ours = await musterTrips(muster, await prepareMuster(muster));
  const floor = await bareTrips(bare);
  if (which.has("P1")) {
    await latencies([ours, floor], 300);
    const [mine, theirs] = (await latencies([ours, floor], options.quick ? 500 : 3000)).map(median);
    row("P1", "command round trip, p50 wall", mine, theirs, "bare Socket.IO", 1.5);
  }
  if (which.has("P2")) {
    const server = await cpuPerOperation(
      [
        { name: "muster", pids: [muster.pid], run: (count) => trips(ours, count, WIDTH) },
        { name: "bare", pids: [bare.pid], run: (count) => trips(floor, count, WIDTH) },
      ],
      size,
    );
    row(
      "P2",
      "command round trip, server CPU",
      server.muster.us,
      server.bare.us,
      "bare Socket.IO",
      2,
      "µs",
      spread(...Object.values(server)),
    );
    const redis = await startRedis();
    const bull = await bullTrips(redis);
    const all = await cpuPerOperation(
      [
        { name: "muster", pids: [muster.pid], own: true, run: (count) => trips(ours, count, WIDTH) },
        { name: "bull", pids: [redis.pid], own: true, run: (count) => trips(bull, count, WIDTH) },
      ],
      size,
    );
    row(
      "P2",
      "command round trip, all processes",
      all.muster.us,
      all.bull.us,
      "BullMQ + Redis",
      0.5,
      "µs",
      spread(...Object.values(all)),
    );
    await bull.close();
    await redis.stop();
  }
  await Promise.all([ours.close(), floor.close()]);
  await Promise.all([muster.stop(), bare.stop()]);
}

/** One process on PostgreSQL beside two with Redis: the command is queued and watched at one, its bot is at the other. */
async function twoProcesses() {
  const postgres = await startPostgres(["alone", "joined"]);
  const redis = await startRedis();
  const [alone, joined] = postgres.urls;
  const settings = {
    DATABASE_URL: joined,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    SECRET_KEY: "a secret key that only the bench uses",
  };
  const one = await startMuster(folder(), undefined, undefined, { DATABASE_URL: alone });
  const near = await startMuster(folder(), undefined, undefined, settings);
  const [oneIds, ids] = [await prepareMuster(one), await prepareMuster(near)];
  const far = await startMuster(folder(), undefined, undefined, settings);
  await answering(far, "/api/health");
  const [single, across] = [await musterTrips(one, oneIds), await musterTrips(near, ids, far)];
  const cpu = await cpuPerOperation(
    [
      { name: "across", pids: [near.pid, far.pid], run: (count) => trips(across, count, WIDTH) },
      { name: "single", pids: [one.pid], run: (count) => trips(single, count, WIDTH) },
    ],
    size,
  );
  const note = spread(...Object.values(cpu));
  row("P13", "command over two processes, both their CPU", cpu.across.us, cpu.single.us, "one process", 2, "µs", note);
  await Promise.all([single.close(), across.close()]);
  await Promise.all([one, near, far, redis].map((server) => server.stop()));
  await postgres.stop();
}

async function logs(which) {
  const [muster, raw, flaskMemory, flask] = [
    await startMuster(),
    await startRaw("sqlite"),
    await startFlask("memory"),
    await startFlask("sqlite"),
  ];
  const { botId, botToken, userToken } = await prepareMuster(muster);
  const auth = { authorization: `Bearer ${botToken}` };
  const flaskEach = await startFlask("sqlite-each");
  if (which.has("P3")) {
    const floor = await startRaw("memory");
    const us = await cpuPerOperation(
      [
        posting("muster", muster, botId, oneLog, auth),
        posting("floor", floor, "b1", oneLog),
        posting("raw", raw, "b1", oneLog),
        posting("memory", flaskMemory, "b1", oneLog),
        posting("flask", flask, "b1", oneLog),
      ],
      size,
    );
    const note = spread(...Object.values(us));
    row("P3", "one durable log", us.muster.us, us.floor.us, "raw node:http, stores nothing", undefined, "µs", note);
    row("P3", "one durable log", us.muster.us, us.raw.us, "raw node:http + SQLite", 5, "µs", note);
    row("P3", "one durable log", us.muster.us, us.memory.us, "Flask, in memory", 0.5, "µs", note);
    row("P3", "one durable log", us.muster.us, us.flask.us, "Flask + SQLite", 0.35, "µs", note);
    await floor.stop();
  }
  if (which.has("P4")) {
    const us = await cpuPerOperation(
      [
        posting("muster", muster, botId, batch, auth),
        posting("raw", raw, "b1", batch),
        posting("flask", flask, "b1", batch),
        posting("each", flaskEach, "b1", batch),
      ],
      size,
    );
    const note = `${spread(...Object.values(us))}, per log`;
    const peers = [
      [us.raw, "raw node:http + SQLite", 4],
      [us.flask, "Flask + SQLite, one commit", undefined],
      [us.each, "Flask + SQLite, commit per log", 0.1],
    ];
    for (const [peer, name, goal] of peers)
      row("P4", "batch of 100 logs, searchable", us.muster.us / 100, peer.us / 100, name, goal, "µs", note);
    // Check that the logs are searchable: a search must find the last batch.
    await call(muster, { method: "POST", path: `/api/bot/${botId}/logs`, headers: auth, body: batch() });
    const path = `/api/logs?limit=5&search=${encodeURIComponent(`update ${line}`)}`;
    const found = JSON.parse(await call(muster, { path, headers: { authorization: `Bearer ${userToken}` } }));
    if (found.count !== 1) throw new Error(`The last log should be found once, not ${found.count} times`);
  }
  await Promise.all([muster, raw, flaskMemory, flask, flaskEach].map((server) => server.stop()));
}

async function emptyPoll() {
  const [muster, raw, flask] = [await startMuster(), await startRaw("memory"), await startFlask("memory")];
  const { botId, botToken } = await prepareMuster(muster);
  const polling = (name, server, id, headers = {}) => ({
    name,
    pids: [server.pid],
    run: (count) => load(server, count, WIDTH, () => ({ path: `/api/bot/${id}/commands`, headers })),
  });
  const us = await cpuPerOperation(
    [
      polling("muster", muster, botId, { authorization: `Bearer ${botToken}` }),
      polling("raw", raw, "b1"),
      polling("flask", flask, "b1"),
    ],
    size,
  );
  const note = spread(...Object.values(us));
  row("P5", "empty poll for commands", us.muster.us, us.raw.us, "raw node:http", undefined, "µs", note);
  row("P5", "empty poll for commands", us.muster.us, us.flask.us, "Flask, in memory", 0.4, "µs", note);
  await Promise.all([muster.stop(), raw.stop(), flask.stop()]);
}

/** CPU of the process tree until a bot's first poll is answered, on a database that exists already. */
async function start() {
  const dirs = { muster: folder(), raw: folder() };
  const first = await startMuster(dirs.muster);
  const { botId, botToken } = await prepareMuster(first);
  await first.stop({ keep: true });
  const path = `/api/bot/${botId}/commands`;
  const once = async (server) => {
    await answering(server, path, { authorization: `Bearer ${botToken}` });
    const used = treeCpu(server.pid);
    await server.stop({ keep: true, signal: "SIGKILL" });
    return used / 1000;
  };
  const costs = { muster: [], raw: [] };
  for (let round = 0; round < size.rounds * 2; round++) {
    costs.muster.push(await once(await startMuster(dirs.muster)));
    costs.raw.push(await once(await startRaw("sqlite", dirs.raw)));
  }
  row(
    "P12",
    "CPU until the first bot is served",
    median(costs.muster),
    median(costs.raw),
    "raw node:http + SQLite",
    3,
    "ms",
  );
}

const number = (value) =>
  Number.isInteger(value)
    ? String(value)
    : value >= 100
      ? value.toFixed(0)
      : value >= 10
        ? value.toFixed(1)
        : value.toFixed(2);

function print() {
  const cells = rows.map((one) => [
    one.id,
    one.what,
    `${number(one.ours)} ${one.unit}`.trim(),
    one.peer === undefined ? "–" : `${number(one.peer)} ${one.unit}`,
    one.peerName,
    one.ratio?.toFixed(2) ?? "–",
    one.goal === undefined ? "–" : `≤ ${one.goal}`,
    one.goal === undefined ? "" : (one.ratio ?? one.ours) <= one.goal ? "yes" : "NO",
    one.note,
  ]);
  const table = [["", "what", "Muster", "peer", "of", "ratio", "goal", "met", "spread"], ...cells];
  const widths = table[0].map((_, column) => Math.max(...table.map((cell) => cell[column].length)));
  const text = (cell) => `| ${cell.map((value, column) => value.padEnd(widths[column])).join(" | ")} |`;
  console.log(text(table[0]));
  console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  for (const cell of cells) console.log(text(cell));
  console.log(
    `\nNode ${process.version}, ${cpus().length} × ${cpus()[0].model}; ${size.rounds} rounds of at least ${size.cpuUs / 1e6} s CPU`,
  );
}

const tools = { row, fact, size, spread, quick: options.quick };
const groups = [
  [["P1", "P2"], commandTrips],
  [["P3", "P4"], logs],
  [["P5"], emptyPoll],
  [["P6"], () => fleetSize(tools)],
  [["P7"], () => fanOut(tools)],
  [["P11"], () => fleetPage(tools)],
  [["P12"], start],
  [["P13"], twoProcesses],
];

try {
  for (const [ids, measure] of groups) {
    const which = new Set(ids.filter((id) => !wanted || wanted.includes(id)));
    if (which.size === 0) continue;
    console.error(`${[...which].join(", ")} …`);
    await measure(which);
  }
  print();
  if (options.json) writeFileSync(options.json, JSON.stringify(rows, null, 2));
} finally {
  await stopAll();
}
process.exit(0);
