/** P17: how fast old logs are deleted beside how fast bots store new ones, and how long a slice of it holds the server. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { buildLogs, builtSizes, openLogs, sizeName } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { call } from "./load.mjs";
import { loopDelays, withLoopDelays } from "./loop-delays.mjs";
import { answering, prepareMuster, startMuster } from "./processes.mjs";

const MOST_ROWS = 1_000_000;
/** The data spans twenty days, so this leaves about half of it. */
const KEPT_DAYS = 10;
const BATCH = JSON.stringify(
  Array.from({ length: 100 }, (_, line) => ({
    type: "info",
    message: `Handled update ${line} of thread ${line % 97}`,
  })),
);

/** Stores batches from 16 connections for a while and returns the wall µs per row. */
async function storing(server, { botId, botToken }, forMs) {
  const headers = { authorization: `Bearer ${botToken}` };
  const path = `/api/bot/${botId}/logs`;
  const began = performance.now();
  let rows = 0;
  const lane = async () => {
    for (; performance.now() - began < forMs; rows += 100)
      await call(server, { method: "POST", path, headers, body: BATCH });
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return ((performance.now() - began) * 1000) / rows;
}

async function setRetention(server, userToken, days) {
  const headers = { authorization: `Bearer ${userToken}`, "content-type": "application/json" };
  const body = JSON.stringify({ logs_days: days });
  const reply = await fetch(`${server.url}/api/admin/retention`, { method: "PUT", headers, body });
  if (!reply.ok) throw new Error(`Setting the retention: ${reply.status} ${await reply.text()}`);
}

/** Waits until no old row is left. Reads one row at a time, which costs the server nothing. */
async function pruned(db, limit) {
  const oldest = db.prepare("SELECT at FROM log ORDER BY seq LIMIT 1");
  for (let last = oldest.get()?.at, still = 0; (oldest.get()?.at ?? limit) < limit; await sleep(20)) {
    const at = oldest.get()?.at;
    still = at === last ? still + 1 : 0;
    last = at;
    if (still > 1500) throw new Error("No old log was deleted for 30 s");
  }
}

async function retention({ figure, size, quick, sizes }) {
  const rows = builtSizes("sqlite", sizes)
    .filter((count) => count <= MOST_ROWS)
    .at(quick ? 0 : -1);
  if (!rows) throw new UnavailableError("No logs on sqlite are built: run with --build first");
  const { dir } = await openLogs("sqlite", rows, { isCopy: true });
  let server = await startMuster(dir);
  const ids = await prepareMuster(server);
  const stored = [];
  for (let round = 0; round < size.rounds; round++) stored.push(await storing(server, ids, quick ? 500 : 2000));
  await setRetention(server, ids.userToken, KEPT_DAYS);
  await server.stop();

  const db = new DatabaseSync(join(dir, "muster.db"), { readOnly: true });
  const limit =
    db.prepare("SELECT max(at) AS at FROM log WHERE bot_id LIKE 'bot_data%'").get().at - KEPT_DAYS * 86_400_000;
  const { old } = db.prepare("SELECT count(*) AS old FROM log WHERE at < ?").get(limit);
  // The deletion begins with the server.
  server = await startMuster(dir, undefined, undefined, ...withLoopDelays(dir));
  await answering(server, "/api/health");
  await loopDelays(server, dir);
  const began = performance.now();
  await pruned(db, limit);
  const us = ((performance.now() - began) * 1000) / old;
  const delays = await loopDelays(server, dir);
  db.close();
  const note = `${old} of ${sizeName(rows)} logs`;
  figure({
    what: "wall time to delete an old log",
    ours: us,
    peer: stored,
    of: "to store one in a batch",
    goal: 1,
    note,
  });
  figure({ what: "loop held while logs are deleted, p99", ours: delays.p99, unit: "ms", goal: 10 });
  figure({ what: "loop held while logs are deleted, longest", ours: delays.max, unit: "ms" });
}

export const measurement = {
  id: "P17",
  title: "deleting old logs",
  build: ({ sizes }) => buildLogs("sqlite", sizes),
  run: retention,
};
