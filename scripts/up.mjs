/** `npm run up`: builds and serves what scripts/run.mjs installed. Steps already done are skipped, so the second run starts at once. */
import { spawnSync } from "node:child_process";

const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
if (build.status) process.exit(build.status);
// Import the server into this process, so that it receives signals itself.
await import("./start.mjs");
