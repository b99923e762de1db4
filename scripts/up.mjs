/** `npm run up`: installs, builds and serves. What is already done is skipped, so the second run starts at once. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { install } from "./install.mjs";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Muster needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
install();
const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
if (build.status) process.exit(build.status);
process.env.NODE_ENV = "production";
if (existsSync(".env")) process.loadEnvFile(".env");
// In this process, so that signals reach the server itself.
await import(pathToFileURL("dist/server.mjs").href);
