/** P10: an export of many logs: its CPU, its memory, and what others notice of it. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WORDS } from "./data/rows.mjs";
import { buildLogs, builtSizes, openLogs, sizeName } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { latencyBeside } from "./latency.mjs";
import { call } from "./load.mjs";
import { cpuPerOperation, settle } from "./measure.mjs";
import { residentKb } from "./memory.mjs";
import { answering, freePort, launch, signIn, startMuster } from "./processes.mjs";

const MOST_ROWS = 1_000_000;
const PEERS = fileURLToPath(new URL("peers/", import.meta.url));
const EXPORT = "/api/export/logs?format=ndjson";

async function startIterate(file) {
  const port = await freePort();
  const server = launch(process.execPath, [join(PEERS, "iterate.mjs"), String(port), file], { port });
  await answering(server, "/?limit=0");
  return server;
}

/** A case that exports: an operation is a row. */
const exporting = (name, server, path, headers, most) => ({
  ...{ name, pids: [server.pid] },
  async run(count) {
    for (let left = count; left > 0; left -= most)
      await call(server, { path: `${path}limit=${Math.min(left, most)}`, headers });
  },
});

/** Downloads in another process. Returns how to stop it, and its end. */
function download(server, token, path, times) {
  const args = [join(PEERS, "download.mjs"), server.url + path, token, String(times)];
  return launch(process.execPath, args, { port: server.port });
}

/** The megabytes by which the server's memory grew at most, while it exported everything once. */
async function memoryOf(server, token, rows) {
  await download(server, token, `${EXPORT}&limit=20000`, 3).exited;
  await settle([server.pid]);
  const before = residentKb(server.pid);
  const client = download(server, token, `${EXPORT}&limit=${rows}`, 1);
  let peak = before;
  for (let hasEnded = false; !hasEnded; ) {
    hasEnded = await Promise.race([client.exited.then(() => true), sleep(25, false)]);
    peak = Math.max(peak, residentKb(server.pid));
  }
  return (peak - before) / 1024;
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
  const us = await cpuPerOperation(
    [
      exporting("all", muster, `${EXPORT}&`, headers, rows),
      exporting("search", muster, `${EXPORT}&search=${WORDS.common}&`, headers, rows),
      exporting("bare", bare, "/?", {}, rows),
    ],
    size,
  );
  const what = `export of ${sizeName(rows)} logs, a row`;
  figure({ what, ours: us.all, peer: us.bare, of: "bare iterate and stringify", goal: 1.5 });
  figure({ what: `${what}, found by a search`, ours: us.search, peer: us.all, of: "without a search", goal: 2 });
  const grown = await memoryOf(muster, token, rows);
  figure({ what: `memory while ${sizeName(rows)} logs are exported`, ours: grown, unit: "MB", goal: 32 });
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
