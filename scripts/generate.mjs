/** Generates the row types of the tables (generated/tables.ts), PostgreSQL's twin of the schema, and both Prisma clients. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { postgresSchema } from "./postgres-schema.mjs";
import { tablesText } from "./tables.mjs";

mkdirSync("generated", { recursive: true });
const schema = readFileSync("prisma/schema.prisma", "utf8");
writeFileSync("generated/tables.ts", tablesText(schema));
writeFileSync(
  "generated/postgres.prisma",
  `// generated from prisma/schema.prisma: do not edit\n${postgresSchema(schema)}`,
);
for (const file of ["prisma/schema.prisma", "generated/postgres.prisma"]) {
  const run = spawnSync(process.execPath, ["node_modules/prisma/build/index.js", "generate"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, MUSTER_SCHEMA: file, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
  });
  if (run.status) process.exit(run.status);
}
