/**
 * Generates the row types of the tables (generated/tables.ts) and both Prisma clients. The PostgreSQL schema is a twin of prisma/schema.prisma: other provider,
 * other output, and `seq` widened to BigInt because its tables outlive a 32-bit counter.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tablesText } from "./tables.mjs";

mkdirSync("generated", { recursive: true });
const schema = readFileSync("prisma/schema.prisma", "utf8");
writeFileSync("generated/tables.ts", tablesText(schema));
writeFileSync(
  "generated/postgres.prisma",
  `// generated from prisma/schema.prisma: do not edit\n${schema
    .replace('provider = "sqlite"', 'provider = "postgresql"')
    .replace('"../generated/sqlite"', '"./postgres"')
    .replace(/^(\s+seq\s+)Int /gm, "$1BigInt ")}`,
);
for (const file of ["prisma/schema.prisma", "generated/postgres.prisma"]) {
  const run = spawnSync(process.execPath, ["node_modules/prisma/build/index.js", "generate"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, MUSTER_SCHEMA: file, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
  });
  if (run.status) process.exit(run.status);
}
