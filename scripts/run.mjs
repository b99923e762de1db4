/**
 * The entry of every npm script: `node scripts/run.mjs <script> [arguments]`. It finds a Node.js that can run Muster, installs
 * the packages if they are missing, and runs scripts/<script>. Like runtime.mjs it must load on old versions of Node.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureRuntime } from "./runtime.mjs";

await ensureRuntime();
const [name, ...args] = process.argv.slice(2);
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const scripts = new Map(["mjs", "mts"].map((ending) => [`scripts/${name}.${ending}`, ending]));
const file = [...scripts.keys()].find((path) => existsSync(path));
if (!file) {
  console.error(`muster: there is no script "${name}" in scripts/`);
  process.exit(1);
}
// A server that was built elsewhere needs no packages for builds.
if (name !== "start") {
  const { install } = await import("./install.mjs");
  install();
}
if (scripts.get(file) === "mts") {
  const { register } = await import("tsx/esm/api");
  register();
}
// Set argv so that the script finds its arguments as if it had been started directly.
process.argv.splice(1, process.argv.length, fileURLToPath(new URL(`../${file}`, import.meta.url)), ...args);
await import(new URL(`../${file}`, import.meta.url).href);
