/** `npm run check`: format and lint, types, layer rules, cuts of text, licences, dead code. All steps run; any failure fails it. */
import { spawnSync } from "node:child_process";
import { generate } from "./build.mjs";

await generate();
const bin = (name) => `node_modules/.bin/${name}`;
const steps = [
  ["format and lint", bin("biome"), ["ci", "--error-on-warnings", "."]],
  ["types", bin("tsc"), ["--noEmit", "-p", "."]],
  ["layers", bin("depcruise"), ["--config", ".dependency-cruiser.cjs", "app", "lib", "server.ts", "clients"]],
  ["text", process.execPath, ["scripts/check-text.mjs"]],
  ["licences", process.execPath, ["scripts/check-licences.mjs"]],
  ["dead code", bin("knip"), []],
];
let failed = 0;
for (const [name, command, args] of steps) {
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed++;
}
process.exit(failed > 0 ? 1 : 0);
