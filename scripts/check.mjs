/**
 * `npm run check [step…]`: every static rule, or only the named steps. All of them run, side by side where
 * there are cores; any failure fails the check. Prints for each step how long it took and how much CPU it used.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { generate } from "./build.mjs";

/** Name → a script and its arguments; all are JavaScript, so that they start alike on every system. The longest come first. */
const STEPS = {
  // Without the record of an earlier run, from which an error in a file that itself did not change was missing.
  types: [
    "node_modules/typescript-native/bin/tsc",
    "--noEmit",
    "--incremental",
    "false",
    "--singleThreaded",
    "-p",
    ".",
  ],
  code: ["scripts/check-code.mjs"],
  migrations: ["--import", "tsx", "scripts/migrate.mts", "check"],
  layers: [
    "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
    ...["--config", ".dependency-cruiser.cjs", "app", "lib", "start.ts", "server.ts", "clients"],
  ],
  "dead-code": ["node_modules/knip/bin/knip.js"],
  format: ["node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "."],
  licences: ["scripts/check-licences.mjs"],
  commits: ["scripts/check-commits.mjs"],
};

/** Returns the CPU seconds of this process's ended children; null where the system does not report them. */
function childSeconds() {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return null;
  }
}

let counted = 0;
/** Returns the CPU seconds of the child that ended last. */
function lastChildCpu() {
  const seconds = childSeconds();
  if (seconds === null) return "";
  const last = seconds - counted;
  counted = seconds;
  return `, ${last.toFixed(1)} s of CPU`;
}

/** Runs a step. Its output is printed when it has ended, so that the output of two steps does not mix. */
function run(name) {
  const started = Date.now();
  const child = spawn(process.execPath, STEPS[name], { stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  let cpu = "";
  child.on("exit", () => {
    cpu = lastChildCpu();
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(output));
      console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s${cpu})`);
      resolve(code === 0);
    });
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(STEPS, name));
if (unknown) {
  console.error(`check: there is no step "${unknown}". The steps are: ${Object.keys(STEPS).join(", ")}`);
  process.exit(64);
}
await generate();
lastChildCpu();
const waiting = wanted.length > 0 ? wanted : Object.keys(STEPS);
let failed = 0;
const lane = async () => {
  for (let name = waiting.shift(); name; name = waiting.shift()) if (!(await run(name))) failed++;
};
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane));
const seconds = childSeconds();
if (seconds !== null) console.log(`     ${(seconds + process.cpuUsage().user / 1e6).toFixed(0)} s of CPU in all`);
process.exit(failed > 0 ? 1 : 0);
