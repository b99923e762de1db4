/**
 * P8: searches of the logs. The cost of a search is that of all its answers until the first 100 matches or the end: an
 * answer with few rows and a cursor does not end it.
 */
import { WORDS } from "./data/rows.mjs";
import { buildLogs, builtSizes, openLogs, sizeName } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { call } from "./load.mjs";
import { settle, treeCpu } from "./measure.mjs";
import { signIn, startMuster } from "./processes.mjs";

const MATCHES = 100;
/** The most searches of one round. A search that reads the whole table takes seconds. */
const MOST_SEARCHES = 200;

/** Name → query. */
const SEARCHES = {
  "a common word": { search: WORDS.common },
  "a common word, oldest first": { search: WORDS.common, order: "asc" },
  "a common word since the start": { search: WORDS.common, since: "0" },
  "a rare word": { search: WORDS.rare },
  "a word of the oldest log only": { search: WORDS.oldest },
  "an absent word": { search: WORDS.absent },
  "two common words that never meet": { search: WORDS.apart },
  "two of them, oldest first": { search: WORDS.apart, order: "asc" },
  "two of them since the start": { search: WORDS.apart, since: "0" },
  "a common word at a rare level": { search: WORDS.common, level: "critical" },
  "a rare level": { level: "critical" },
};

/** Searches as the console and the clients do: continues until there are enough matches or no cursor. */
async function searchAll(server, headers, query) {
  let found = 0;
  let answers = 0;
  for (let cursor; ; ) {
    const asked = new URLSearchParams({ ...query, limit: String(MATCHES - found), ...(cursor && { cursor }) });
    const { logs, next_cursor: next } = JSON.parse(await call(server, { path: `/api/logs?${asked}`, headers }));
    answers++;
    found += logs.length;
    if (next === null || found >= MATCHES) return { found, answers };
    cursor = next;
  }
}

/** CPU µs of a search in each round, and what it found. */
async function costOf(server, pids, headers, query, { rounds, cpuUs }) {
  const used = () => pids.reduce((sum, pid) => sum + treeCpu(pid), 0);
  const measure = async (searches) => {
    await settle(pids);
    const before = used();
    let result;
    for (let done = 0; done < searches; done++) result = await searchAll(server, headers, query);
    await settle(pids);
    return { us: (used() - before) / searches, ...result };
  };
  const first = await measure(3);
  const searches = Math.max(1, Math.min(MOST_SEARCHES, Math.ceil(cpuUs / 5 / Math.max(first.us, 100))));
  const costs = [];
  for (let round = 0; round < rounds; round++) costs.push((await measure(searches)).us);
  return { ...first, costs };
}

async function searches(database, { figure, size, sizes }) {
  const [smallest, ...larger] = builtSizes(database, sizes);
  const rows = larger.at(-1) ?? smallest;
  if (!rows) throw new UnavailableError(`No logs on ${database} are built: run with --build first`);
  const data = await openLogs(database, rows);
  const server = await startMuster(data.dir, undefined, undefined, data.env);
  const headers = { authorization: `Bearer ${await signIn(server)}` };
  const pids = [server.pid, ...data.pids];
  for (const [name, query] of Object.entries(SEARCHES)) {
    const { costs, found, answers } = await costOf(server, pids, headers, query, size);
    const what = `search for ${name}, ${database}, ${sizeName(rows)} rows`;
    const ours = costs.map((us) => us / 1000);
    figure({ what, ours, unit: "ms", goal: 5, note: `${found} found in ${answers} answers` });
  }
}

export const measurements = ["sqlite", "postgresql"].map((database) => ({
  id: "P8",
  title: `searches of the logs, on ${database}`,
  build: ({ sizes }) => buildLogs(database, sizes),
  run: (tools) => searches(database, tools),
}));
