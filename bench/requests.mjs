/** P3, P4, P5: single requests, in the server's CPU. */
import { call, load } from "./load.mjs";
import { besidePeers } from "./measure.mjs";
import { prepareMuster, startFlask, startMuster, startRaw } from "./processes.mjs";

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

/** A case that posts to /api/bot/<id>/logs, `width` requests at a time. */
const posting = (server, body, id = "b1", headers = {}, width = WIDTH) => ({
  pids: [server.pid],
  run: (count) =>
    load(server, count, width, () => ({ method: "POST", path: `/api/bot/${id}/logs`, headers, body: body() })),
});

/** A case that polls for commands. */
const polling = (server, id = "b1", headers = {}) => ({
  pids: [server.pid],
  run: (count) => load(server, count, WIDTH, () => ({ path: `/api/bot/${id}/commands`, headers })),
});

const bearer = (token) => ({ authorization: `Bearer ${token}` });

async function singleLogs(tools) {
  const muster = await startMuster();
  const { botId, botToken } = await prepareMuster(muster);
  const peers = [
    { of: "raw node:http, stores nothing", start: async () => posting(await startRaw("memory"), oneLog) },
    { of: "raw node:http + SQLite", goal: 3, start: async () => posting(await startRaw("sqlite"), oneLog) },
    { of: "Flask, in memory", start: async () => posting(await startFlask("memory"), oneLog) },
    { of: "Flask + SQLite", goal: 0.15, start: async () => posting(await startFlask("sqlite"), oneLog) },
  ];
  const ours = posting(muster, oneLog, botId, bearer(botToken));
  await besidePeers(tools, { what: `one durable log, ${WIDTH} at a time`, ours, peers });
  // One at a time nothing shares a transaction with it: not another log, and not its entry in the search index.
  const raw = async () => posting(await startRaw("sqlite"), oneLog, "b1", {}, 1);
  await besidePeers(tools, {
    what: "one durable log, one at a time",
    ours: posting(muster, oneLog, botId, bearer(botToken), 1),
    peers: [{ of: "raw node:http + SQLite", goal: 4, start: raw }],
  });
}

async function batches(tools) {
  const muster = await startMuster();
  const { botId, botToken, userToken } = await prepareMuster(muster);
  const peers = [
    { of: "raw node:http + SQLite", goal: 2.5, start: async () => posting(await startRaw("sqlite"), batch) },
    { of: "Flask + SQLite, one commit", goal: 1, start: async () => posting(await startFlask("sqlite"), batch) },
    { of: "Flask + SQLite, commit per log", start: async () => posting(await startFlask("sqlite-each"), batch) },
  ];
  const headers = bearer(botToken);
  const ours = posting(muster, batch, botId, headers);
  await besidePeers(tools, { what: "batch of 100 logs, searchable", ours, peers, scale: 1 / 100, note: "per log" });
  // Check that the logs are searchable: a search must find the last batch.
  await call(muster, { method: "POST", path: `/api/bot/${botId}/logs`, headers, body: batch() });
  const path = `/api/logs?limit=5&search=${encodeURIComponent(`update ${line}`)}`;
  const found = JSON.parse(await call(muster, { path, headers: bearer(userToken) }));
  if (found.count !== 1) throw new Error(`The last log should be found once, not ${found.count} times`);
}

async function emptyPoll(tools) {
  const muster = await startMuster();
  const { botId, botToken } = await prepareMuster(muster);
  const peers = [
    { of: "raw node:http", goal: 2.5, start: async () => polling(await startRaw("memory")) },
    { of: "Flask, in memory", goal: 0.1, start: async () => polling(await startFlask("memory")) },
  ];
  const ours = polling(muster, botId, bearer(botToken));
  await besidePeers(tools, { what: "empty poll for commands", ours, peers });
}

export const measurements = [
  { id: "P3", title: "one durable log by HTTP", run: singleLogs },
  { id: "P4", title: "a batch of 100 logs, durable and searchable", run: batches },
  { id: "P5", title: "a bot's poll that finds nothing", run: emptyPoll },
];
