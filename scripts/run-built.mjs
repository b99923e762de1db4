/** Runs a built script of dist/ with the environment of the server. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ensureRuntime } from "./runtime.mjs";

/** @param {string} name the script's name in dist/, without its ending */
export async function runBuilt(name) {
  await ensureRuntime();
  if (!existsSync(`dist/${name}.mjs`)) {
    console.error("Muster is not built yet. Run `npm run build` first.");
    process.exit(1);
  }
  process.env.NODE_ENV = "production";
  process.env.LOG_LEVEL ??= "warn";
  if (existsSync(".env")) process.loadEnvFile(".env");
  await import(pathToFileURL(`dist/${name}.mjs`).href);
}
