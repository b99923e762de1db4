/**
 * Fills a migrated database with logs, through the stores of the server: the rows, the counters and the search index are
 * those that it would have written itself. Prints the CPU µs that it used for them.
 *
 *   node --import tsx bench/data/fill.mts <rows> [--no-index]      DATABASE_URL names the database
 */
import { connect, db, disconnect, ingest, insertRows, queriesIn } from "@/lib/core/db";
import { createIndexStore } from "@/lib/fleet/telemetry/search/store.index";
import { createIngestStore, type NewLog } from "@/lib/fleet/telemetry/store.hot";
import { BOTS, botId, logOf } from "./rows.mjs";

/** Rows of one job, all of one bot, and jobs of one transaction. */
const JOB = 250;
const JOBS = 20;
const SPAN_MS = 20 * 86_400_000;

const rows = Number(process.argv[2]);
const isIndexed = !process.argv.includes("--no-index");
const began = Date.now();
await connect();
await db().write(async (tx) => {
  const bots = Array.from({ length: BOTS }, (_, index) => ({
    ...{ id: botId(index), owner_id: 1, name: `Bot ${index}`, status_since: began, created_at: began },
    ...{ token_hash: `none ${index}`, token_cipher: "" },
  }));
  await insertRows(queriesIn(tx), "bot", bots as never);
});
const { addLogs } = createIngestStore();
const index = createIndexStore();
await index.prepare();
const before = process.cpuUsage();
let next = 1;
const job = () => {
  const count = Math.min(JOB, rows + 1 - next);
  const logs: NewLog[] = Array.from({ length: count }, (_, offset) => logOf(next + offset));
  const at = began - SPAN_MS + Math.round((SPAN_MS * next) / rows);
  next += count;
  return addLogs({ bot_id: botId(Math.floor(next / JOB)), at, rows: logs });
};
while (next <= rows) {
  const jobs: Promise<unknown>[] = [];
  while (jobs.length < JOBS && next <= rows) jobs.push(job());
  await Promise.all(jobs);
  if (isIndexed) while ((await index.advance("log", 2_000)).rows > 0);
  if (next % 500_000 < JOB * JOBS) process.stderr.write(`  ${(next / 1e6).toFixed(1)}M\n`);
}
await ingest.drain();
const { user, system } = process.cpuUsage(before);
console.log(user + system);
await disconnect();
