/** P10: an export of many logs: its CPU, its memory, and what others notice of it. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WORDS } from "./data/rows.mjs";
import { buildLogs, builtSizes, openLogs, sizeName } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { latencyBeside } from "./latency.mjs";
import { load } from "./load.mjs";
import { cpuPerOperation, settle } from "./measure.mjs";
import { ownKb, residentKb } from "./memory.mjs";
import { answering, freePort, launch, signIn, startMuster } from "./processes.mjs";

const MOST_ROWS = 1_000_000;
/** Rows of each export whose CPU is measured: enough that what an export costs besides its rows does not count. */
const LIMIT = 20_000;
const PEERS = fileURLToPath(new URL("peers/", import.meta.url));
const EXPORT = "/api/export/logs?format=ndjson";

async function startIterate(file) {
  const port = await freePort();
  const server = launch(process.execPath, [join(PEERS, "iterate.mjs"), String(port), file], { port });
  await answering(server, "/?limit=0");
  return server;
}

/** A case whose operation is one export of `limit` rows. */
const exporting = (name, server, path, headers, limit) => ({
  ...{ name, pids: [server.pid] },
  run: (count) => load(server, count, 1, () => ({ path: `${path}limit=${limit}`, headers })),
});

/** Downloads in another process. Returns how to stop it, and its end. */
function download(server, token, path, times) {
  const args = [join(PEERS, "download.mjs"), server.url + path, token, String(times)];
  return launch(process.execPath, args, { port: server.port });
}

/** The MB by which the server's memory grew at most while it exported everything once: its own, and all that is resident. */
async function memoryOf(server, token, rows) {
  await download(server, token, `${EXPORT}&limit=${LIMIT}`, 3).exited;
  await settle([server.pid]);
  const now = () => [ownKb(server.pid), residentKb(server.pid)];
  const before = now();
  const client = download(server, token, `${EXPORT}&limit=${rows}`, 1);
  let peak = before;
  for (let hasEnded = false; !hasEnded; ) {
    hasEnded = await Promise.race([client.exited.then(() => true), sleep(25, false)]);
    peak = now().map((kb, kind) => Math.max(kb, peak[kind]));
  }
  const [own, resident] = peak.map((kb, kind) => (kb - before[kind]) / 1024);
  return { own, resident };
}

async function exportOf({ figure, size, quick, sizes }) {
  const rows = builtSizes("sqlite", sizes)
    .filter((count) => count <= MOST_ROWS)
    .at(quick ? 0 : -1);
  if (!rows) throw new UnavailableError("No logs on sqlite are built: run with --build first");
  const { dir } = await openLogs("sqlite", rows);
  const muster = await startMuster(dir);
  const token = await signIn(muster);
  const headers = { authorization: `Bearer ${token}` };
  const bare = await startIterate(join(dir, "muster.db"));
  const limit = Math.min(rows, LIMIT);
  const us = await cpuPerOperation(
    [
      exporting("all", muster, `${EXPORT}&`, headers, limit),
      exporting("search", muster, `${EXPORT}&search=${WORDS.common}&`, headers, limit),
      exporting("bare", bare, "/?", {}, limit),
    ],
    { ...size, least: 1 },
  );
  const what = `export from ${sizeName(rows)} logs, a row`;
  const scale = 1 / limit;
  figure({ what, ours: us.all, peer: us.bare, of: "bare iterate and stringify", goal: 1.5, scale });
  const found = `${what}, found by a search`;
  figure({ what: found, ours: us.search, peer: us.all, of: "without a search", goal: 2, scale });
  const grown = await memoryOf(muster, token, rows);
  const memory = `memory while ${sizeName(rows)} logs are exported`;
  figure({ what: `own ${memory}`, ours: grown.own, unit: "MB", goal: 32 });
  // The mapped file of the database is in it, which the system takes back when it needs the memory.
  figure({ what: `resident ${memory}`, ours: grown.resident, unit: "MB" });
  const p99 = await latencyBeside(muster, size.rounds, quick ? 1000 : 4000, () => {
    const client = download(muster, token, `${EXPORT}&limit=${rows}`, 1_000_000);
    return () => client.stop({ signal: "SIGKILL" });
  });
  const health = "p99 of /api/health beside an export";
  figure({ what: health, ours: p99.loaded, peer: p99.idle, of: "idle", goal: 3, unit: "ms" });
}

export const measurement = {
  id: "P10",
  title: "an export of a million logs",
  build: ({ sizes }) => buildLogs("sqlite", sizes),
  run: exportOf,
};
