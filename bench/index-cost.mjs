/** P9: the CPU of storing a log with its entry in the search index, beside storing it without. */
import { emptyLogs, fillLogs } from "./harness/data.mjs";
import { treeCpu } from "./measure.mjs";

/** Fills an empty database and returns the CPU µs per row, of the filling process and of the database's. */
async function costOf(database, rows, isIndexed) {
  const { url, pids } = await emptyLogs(database, "index_cost");
  const used = () => pids.reduce((sum, pid) => sum + treeCpu(pid), 0);
  const before = used();
  const filling = await fillLogs(rows, url, { isIndexed });
  return (filling + used() - before) / rows;
}

async function indexCost(database, { figure, size, quick }) {
  const rows = quick ? 20_000 : 100_000;
  const costs = { with: [], without: [] };
  for (let round = 0; round < size.rounds; round++)
    for (const isIndexed of round % 2 ? [true, false] : [false, true])
      costs[isIndexed ? "with" : "without"].push(await costOf(database, rows, isIndexed));
  const what = `a stored and searchable log of ${rows}, ${database}`;
  figure({ what, ours: costs.with, peer: costs.without, of: "without the search index", goal: 2 });
}

export const measurements = ["sqlite", "postgresql"].map((database) => ({
  id: "P9",
  title: `the cost of the search index on ${database}`,
  run: (tools) => indexCost(database, tools),
}));
