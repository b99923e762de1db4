/** P3, P4, P5, P12: single requests, in the server's CPU. */
import { call, load } from "./load.mjs";
import { cpuPerOperation, median, treeCpu } from "./measure.mjs";
import { answering, folder, prepareMuster, startFlask, startMuster, startRaw } from "./processes.mjs";
import { spread } from "./table.mjs";

/** Concurrent requests in every case, for every system. */
const WIDTH = 16;

let line = 0;
const log = () => ({
  type: line % 50 === 0 ? "error" : "info",
  message: `Handled update ${++line} of thread ${line % 97} in ${(line * 7) % 400} ms`,
  metadata: { shard: line % 8, guild: String(1000 + (line % 40)) },
});
const oneLog = () => JSON.stringify(log());
const batch = () => JSON.stringify(Array.from({ length: 100 }, log));

/** A case that posts to /api/bot/<id>/logs. */
const posting = (name, server, body, id = "b1", headers = {}) => ({
  ...{ name, pids: [server.pid] },
  run: (count) =>
    load(server, count, WIDTH, () => ({ method: "POST", path: `/api/bot/${id}/logs`, headers, body: body() })),
});

/** A case that polls for commands. */
const polling = (name, server, id = "b1", headers = {}) => ({
  ...{ name, pids: [server.pid] },
  run: (count) => load(server, count, WIDTH, () => ({ path: `/api/bot/${id}/commands`, headers })),
});

/** One line for each peer: `peers` are its result, its name and the goal. */
function rowsOf({ row }, id, what, ours, peers, note) {
  for (const [us, name, goal] of peers) row(id, what, ours, us, name, goal, "µs", note);
}

export async function logs(which, tools) {
  const [muster, raw, flask] = [await startMuster(), await startRaw("sqlite"), await startFlask("sqlite")];
  const ids = await prepareMuster(muster);
  const servers = { muster, raw, flask };
  if (which.has("P3")) await singleLogs(servers, ids, tools);
  if (which.has("P4")) await batches(servers, ids, tools);
  await Promise.all([muster, raw, flask].map((server) => server.stop()));
}

async function singleLogs({ muster, raw, flask }, { botId, botToken }, tools) {
  const [floor, memory] = [await startRaw("memory"), await startFlask("memory")];
  const us = await cpuPerOperation(
    [
      posting("muster", muster, oneLog, botId, { authorization: `Bearer ${botToken}` }),
      posting("floor", floor, oneLog),
      posting("raw", raw, oneLog),
      posting("memory", memory, oneLog),
      posting("flask", flask, oneLog),
    ],
    tools.size,
  );
  const peers = [
    [us.floor.us, "raw node:http, stores nothing", undefined],
    [us.raw.us, "raw node:http + SQLite", 5],
    [us.memory.us, "Flask, in memory", 0.5],
    [us.flask.us, "Flask + SQLite", 0.35],
  ];
  rowsOf(tools, "P3", "one durable log", us.muster.us, peers, spread(...Object.values(us)));
  await Promise.all([floor.stop(), memory.stop()]);
}

async function batches({ muster, raw, flask }, { botId, botToken, userToken }, tools) {
  const each = await startFlask("sqlite-each");
  const headers = { authorization: `Bearer ${botToken}` };
  const us = await cpuPerOperation(
    [
      posting("muster", muster, batch, botId, headers),
      posting("raw", raw, batch),
      posting("flask", flask, batch),
      posting("each", each, batch),
    ],
    tools.size,
  );
  const peers = [
    [us.raw.us / 100, "raw node:http + SQLite", 4],
    [us.flask.us / 100, "Flask + SQLite, one commit", undefined],
    [us.each.us / 100, "Flask + SQLite, commit per log", 0.1],
  ];
  const note = `${spread(...Object.values(us))}, per log`;
  rowsOf(tools, "P4", "batch of 100 logs, searchable", us.muster.us / 100, peers, note);
  await each.stop();
  // Check that the logs are searchable: a search must find the last batch.
  await call(muster, { method: "POST", path: `/api/bot/${botId}/logs`, headers, body: batch() });
  const path = `/api/logs?limit=5&search=${encodeURIComponent(`update ${line}`)}`;
  const found = JSON.parse(await call(muster, { path, headers: { authorization: `Bearer ${userToken}` } }));
  if (found.count !== 1) throw new Error(`The last log should be found once, not ${found.count} times`);
}

export async function emptyPoll(tools) {
  const [muster, raw, flask] = [await startMuster(), await startRaw("memory"), await startFlask("memory")];
  const { botId, botToken } = await prepareMuster(muster);
  const us = await cpuPerOperation(
    [
      polling("muster", muster, botId, { authorization: `Bearer ${botToken}` }),
      polling("raw", raw),
      polling("flask", flask),
    ],
    tools.size,
  );
  const peers = [
    [us.raw.us, "raw node:http", undefined],
    [us.flask.us, "Flask, in memory", 0.4],
  ];
  rowsOf(tools, "P5", "empty poll for commands", us.muster.us, peers, spread(...Object.values(us)));
  await Promise.all([muster.stop(), raw.stop(), flask.stop()]);
}

/** CPU of the process tree until a bot's first poll is answered, on a database that exists already. */
export async function start({ row, size }) {
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
  const [ours, raw] = [median(costs.muster), median(costs.raw)];
  row("P12", "CPU until the first bot is served", ours, raw, "raw node:http + SQLite", 3, "ms");
}
