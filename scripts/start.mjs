/** `npm start`: serves what `npm run build` made. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ensureRuntime } from "./runtime.mjs";

await ensureRuntime();
if (!existsSync("dist/server.mjs") || !existsSync(".next/BUILD_ID")) {
  console.error("Muster is not built yet. Run `npm run build` first, or `npm run up` to do everything.");
  process.exit(1);
}
process.env.NODE_ENV = "production";
if (existsSync(".env")) process.loadEnvFile(".env");
await import(pathToFileURL("dist/server.mjs").href);
