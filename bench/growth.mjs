/** P8: how the cost of lists and pages grows with the number of stored logs, on both databases. */
import { buildLogs, builtSizes, openLogs, sizeName } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { call, load } from "./load.mjs";
import { cpuPerOperation } from "./measure.mjs";
import { signIn, startMuster } from "./processes.mjs";

const WIDTH = 4;
/** Many cases share ten minutes, so each of their rounds is shorter than elsewhere. */
const SHARE_OF_ROUND = 0.2;
/** A bot that has 250 logs in the smallest data, and 5 errors among them. */
const BOT = "bot_data1";

/** Name → path of a request whose answer has the same number of rows whatever the size. */
async function requestsOf(server, headers) {
  const newest = "/api/logs?limit=50";
  const [middle] = JSON.parse(await call(server, { path: "/api/logs?limit=1&since=0", headers })).logs;
  const [last] = JSON.parse(await call(server, { path: "/api/logs?limit=1", headers })).logs;
  const half = new Date((Date.parse(middle.timestamp) + Date.parse(last.timestamp)) / 2).toISOString();
  const older = JSON.parse(await call(server, { path: `${newest}&before=${half}`, headers }));
  return {
    "newest logs": newest,
    "logs before a time": `${newest}&before=${half}`,
    "next page of these": `${newest}&before=${half}&cursor=${older.next_cursor}`,
    "logs after an id": `${newest}&since=${middle.id}`,
    "logs of one bot": `${newest}&bot_id=${BOT}`,
    "errors only": `${newest}&level=error`,
    "errors of one bot": `/api/logs?limit=5&level=error&bot_id=${BOT}`,
    "export of the newest 1,000": "/api/export/logs?limit=1000",
    "statistics of a bot": `/api/stats/bot/${BOT}`,
    overview: "/api/stats/overview",
    "list of bots": "/api/my-bots?limit=50",
  };
}

async function casesOf(database, rows) {
  const data = await openLogs(database, rows);
  const server = await startMuster(data.dir, undefined, undefined, data.env);
  const headers = { authorization: `Bearer ${await signIn(server)}` };
  const requests = await requestsOf(server, headers);
  return Object.entries(requests).map(([name, path]) => ({
    name: `${name} ${rows}`,
    what: name,
    pids: [server.pid, ...data.pids],
    run: (count) => load(server, count, WIDTH, () => ({ path, headers })),
  }));
}

/** Measures every list on the smallest data and on larger ones, in turn. */
async function growth(database, { figure, size, sizes, quick }) {
  const built = builtSizes(database, sizes);
  if (built.length < 2)
    throw new UnavailableError(`Two sizes of logs on ${database} are needed: run with --build first`);
  const [least, ...larger] = quick ? [built[0], built.at(-1)] : built;
  const all = new Map();
  for (const rows of [least, ...larger]) all.set(rows, await casesOf(database, rows));
  for (let at = 0; at < all.get(least).length; at++) {
    const cases = [...all.values()].map((list) => list[at]);
    const us = await cpuPerOperation(cases, { ...size, cpuUs: size.cpuUs * SHARE_OF_ROUND });
    for (const rows of larger) {
      const { what } = cases[0];
      const [ours, peer] = [us[`${what} ${rows}`], us[`${what} ${least}`]];
      const of = `the same, ${sizeName(least)} rows`;
      figure({ what: `${what}, ${database}, ${sizeName(rows)} rows`, ours, peer, of, goal: 1.3 });
    }
  }
}

export const measurements = ["sqlite", "postgresql"].map((database) => ({
  id: "P8",
  title: `growth of lists with the logs, on ${database}`,
  build: ({ sizes }) => buildLogs(database, sizes),
  run: (tools) => growth(database, tools),
}));
