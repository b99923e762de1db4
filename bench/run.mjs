/**
 * Measures Muster beside its peers and prints one table. Needs Linux, the production bundle (npm run build), python3-flask
 * and redis-server of Debian. See bench/README.md for what is measured, and why this way.
 *
 *   node bench/run.mjs [--quick] [--only P1,P3] [--json file]
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { commandTrips, twoProcesses } from "./commands.mjs";
import { fanOut } from "./fan-out.mjs";
import { fleetSize } from "./fleet.mjs";
import { fleetPage } from "./page.mjs";
import { stopAll } from "./processes.mjs";
import { emptyPoll, logs, start } from "./requests.mjs";
import { createTable } from "./table.mjs";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string" }, json: { type: "string" } },
});
const size = options.quick ? { rounds: 3, cpuUs: 300_000 } : { rounds: 7, cpuUs: 1_000_000 };
const wanted = options.only?.split(",");
const { rows, row, fact, print } = createTable();

/** Every measurement gets these: where its figures go, and how much to measure. */
const tools = { row, fact, size, quick: options.quick };
const groups = [
  [["P1", "P2"], commandTrips],
  [["P3", "P4"], logs],
  [["P5"], () => emptyPoll(tools)],
  [["P6"], () => fleetSize(tools)],
  [["P7"], () => fanOut(tools)],
  [["P11"], () => fleetPage(tools)],
  [["P12"], () => start(tools)],
  [["P13"], () => twoProcesses(tools)],
];

try {
  for (const [ids, measure] of groups) {
    const which = new Set(ids.filter((id) => !wanted || wanted.includes(id)));
    if (which.size === 0) continue;
    console.error(`${[...which].join(", ")} …`);
    await measure(which, tools);
  }
  print();
  const machine = `${cpus().length} × ${cpus()[0].model}`;
  console.log(`\nNode ${process.version}, ${machine}; ${size.rounds} rounds of at least ${size.cpuUs / 1e6} s CPU`);
  if (options.json) writeFileSync(options.json, JSON.stringify(rows, null, 2));
} finally {
  await stopAll();
}
process.exit(0);
