/**
 * `npm run move -- <postgres://…>`: moves a server from its SQLite file to an empty PostgreSQL database. The server must be
 * stopped. Built to dist/move.mjs.
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { disconnect, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { lockSqliteFolder } from "@/lib/core/startup/preflight";
import { moveToPostgres } from "@/lib/operations/backups";
import { recordAct } from "./record-act";

const HELP = `usage: npm run move -- postgres://user:password@host:5432/database

Copies everything from the SQLite database of this server to an empty PostgreSQL database, and checks every row there.
Stop the server first. The SQLite file stays as it is.`;

function fail(text: string): never {
  console.error(`move: ${text}`);
  process.exit(1);
}

/** Names a database of PostgreSQL without its password; undefined for any other address. */
function nameOf(address: string): string | undefined {
  if (!/^postgres(ql)?:/.test(address) || !URL.canParse(address)) return undefined;
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

/** @returns how many rows were moved, of how many tables */
async function move(url: string, to: string) {
  const lock = lockSqliteFolder(dirname(sqliteFile()));
  // Recorded before the move, so that the log of the new database has it too. Each attempt is one record.
  await recordAct("beginDatabaseMove", { target: { type: "server", id: "database" }, after: { to } });
  await disconnect();
  const moved = await moveToPostgres(url, (step, table, rows) =>
    console.log(`${step.padEnd(8)} ${table}: ${rows} rows`),
  );
  lock.release();
  return { rows: moved.reduce((sum, { rows }) => sum + rows, 0), tables: moved.length };
}

const [url, ...rest] = process.argv.slice(2);
if (!url || rest.length > 0 || url.startsWith("-")) {
  console.log(HELP);
  process.exit(url === "--help" ? 0 : 64);
}
if (env.provider !== "sqlite") fail("DATABASE_URL is PostgreSQL already; this command moves from SQLite");
if (!existsSync(sqliteFile()))
  fail(`there is no database ${sqliteFile()}: set DATA_DIR or DATABASE_URL as the server has it`);
const to = nameOf(url) ?? fail(HELP);
try {
  const { rows, tables } = await move(url, to);
  console.log(`Moved ${rows} rows of ${tables} tables to ${to}, and checked each.`);
  console.log(
    `Set DATABASE_URL to that database and start the server. ${sqliteFile()} is as it was; keep it until you are content.`,
  );
} catch (error) {
  fail((error as Error).message);
}
process.exit();
