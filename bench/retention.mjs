/** P17: how fast retention and the deletion of a bot remove logs, beside how fast bots store them, on both databases. */
import { setTimeout as sleep } from "node:timers/promises";
import { buildLogs, builtSizes, openLogs, sizeName } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { call, load } from "./load.mjs";
import { loopDelays, withLoopDelays } from "./loop-delays.mjs";
import { settle, treeCpu } from "./measure.mjs";
import { prepareMuster, startMuster } from "./processes.mjs";

const WIDTH = 16;
const BATCH = 100;
/** The built logs span 20 days, so a rule of one day removes nearly all of them. */
const RULE = { logs_days: 1 };
const MOST_ROWS = 1_000_000;

/** Wall and CPU µs of what `work` does, for each of the `rows` that it returns; `until` is when it ended, if it had to wait after that. */
async function perRow(pids, work) {
  const cpu = () => pids.reduce((sum, pid) => sum + treeCpu(pid), 0);
  const [before, began] = [cpu(), performance.now()];
  const { rows, until = performance.now() } = await work();
  return { wall: ((until - began) * 1000) / rows, cpu: (cpu() - before) / rows };
}

/** Stores logs of a bot, a batch at a time, until they are searchable. */
async function ingest(server, pids, { botId, botToken }, rows) {
  const line = (at) => ({ type: at % 50 ? "info" : "error", message: `Handled update ${at} in ${(at * 7) % 400} ms` });
  const body = JSON.stringify(Array.from({ length: BATCH }, (_, at) => line(at)));
  const request = { method: "POST", path: `/api/bot/${botId}/logs`, body };
  const headers = { authorization: `Bearer ${botToken}` };
  const stored = await perRow(pids, async () => {
    await load(server, rows / BATCH, WIDTH, () => ({ ...request, headers }));
    return { rows };
  });
  const indexed = await perRow(pids, async () => {
    await settle(pids, 120_000);
    return { rows };
  });
  return { wall: stored.wall, cpu: stored.cpu + indexed.cpu };
}

/** The id of the oldest log. Ids are given out in order, so it shows how many rows are gone. */
const oldest = async (server, headers) =>
  Number(JSON.parse(await call(server, { path: "/api/logs?limit=1&since=0", headers })).logs[0]?.id ?? 0);

/**
 * Makes the built logs too old, and follows their removal: the job runs at once when its service restarts.
 */
async function prune(server, pids, headers) {
  await call(server, { method: "PUT", path: "/api/admin/retention", headers, body: JSON.stringify(RULE) });
  const first = await oldest(server, headers);
  await call(server, { method: "POST", path: "/api/system/services/telemetry/restart", headers });
  return perRow(pids, async () => {
    let until = performance.now();
    for (let last = first, calm = 0; ; await sleep(20)) {
      const next = await oldest(server, headers);
      calm = next === last && next > first ? calm + 1 : 0;
      if (calm === 0) until = performance.now();
      if (calm === 25) return { rows: last - first, until };
      last = next;
    }
  });
}

async function retention(database, { figure, sizes, quick }) {
  const rows = builtSizes(database, sizes)
    .filter((count) => count <= MOST_ROWS)
    .at(quick ? 0 : -1);
  if (!rows) throw new UnavailableError(`No logs on ${database} are built: run with --build first`);
  const data = await openLogs(database, rows, { isCopy: true });
  const [probe, nodeArgs] = withLoopDelays(data.dir);
  const server = await startMuster(data.dir, undefined, undefined, { ...data.env, ...probe }, nodeArgs);
  const pids = [server.pid, ...data.pids];
  const bot = await prepareMuster(server);
  const headers = { authorization: `Bearer ${bot.userToken}` };
  const count = quick ? 20_000 : 100_000;
  const stored = await ingest(server, pids, bot, count);
  await loopDelays(server, data.dir);
  const pruned = await prune(server, pids, headers);
  const held = await loopDelays(server, data.dir);
  const what = `of ${sizeName(rows)} logs, ${database}`;
  figure({
    what: `retention ${what}: time of a row`,
    ours: pruned.wall,
    peer: stored.wall,
    of: "storing one",
    goal: 1,
  });
  figure({ what: `retention ${what}: CPU of a row`, ours: pruned.cpu, peer: stored.cpu, of: "storing one", goal: 1 });
  figure({ what: `retention ${what}: loop held, p99`, ours: held.p99, unit: "ms", goal: 10 });
  figure({ what: `retention ${what}: loop held, longest`, ours: held.max, unit: "ms" });

  await settle(pids, 120_000);
  let answered;
  let left;
  const erased = await perRow(pids, async () => {
    const began = performance.now();
    await call(server, { method: "DELETE", path: `/api/my-bots/${bot.botId}`, headers });
    answered = performance.now() - began;
    const { logs } = JSON.parse(await call(server, { path: "/api/logs?limit=1000", headers }));
    left = logs.filter((log) => log.bot_id === bot.botId).length;
    await settle(pids, 120_000);
    return { rows: count };
  });
  const deletion = `deleting a bot of ${sizeName(count)} logs, ${database}`;
  figure({ what: `${deletion}: until the answer`, ours: answered, unit: "ms", goal: 300 });
  figure({ what: `${deletion}: logs listed after it`, ours: left, unit: "", goal: 0 });
  figure({ what: `${deletion}: CPU of a row`, ours: erased.cpu, peer: stored.cpu, of: "storing one", goal: 1 });
}

export const measurements = ["sqlite", "postgresql"].map((database) => ({
  id: "P17",
  title: `retention and deletion on ${database}`,
  build: ({ sizes }) => buildLogs(database, sizes),
  run: (tools) => retention(database, tools),
}));
