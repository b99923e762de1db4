/** `npm run up`: builds and serves what scripts/run.mjs installed. Steps already done are skipped, so the second run starts at once. */
import { spawnSync } from "node:child_process";

const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
if (build.status) process.exit(build.status);
// In this process, so that signals reach the server itself.
await import("./start.mjs");
