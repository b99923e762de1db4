/** `npm run backup`: runs the built scripts/backup.mts with the environment of the server. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ensureRuntime } from "./runtime.mjs";

await ensureRuntime();
if (!existsSync("dist/backup.mjs")) {
  console.error("Muster is not built yet. Run `npm run build` first.");
  process.exit(1);
}
process.env.NODE_ENV = "production";
process.env.LOG_LEVEL ??= "warn";
if (existsSync(".env")) process.loadEnvFile(".env");
await import(pathToFileURL("dist/backup.mjs").href);
