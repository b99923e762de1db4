/** `npm run dev`: hot reload of pages by Next; the server restarts when its own files change. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { generate } from "./build.mjs";

if (existsSync(".env")) process.loadEnvFile(".env");
await generate();
const child = spawn(
  process.execPath,
  ["node_modules/tsx/dist/cli.mjs", "watch", "--include", "lib/**", "--include", "app/**/route.ts", "server.ts"],
  {
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "development" },
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 0));
