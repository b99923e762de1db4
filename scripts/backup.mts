/**
 * `npm run backup -- create|list|verify|restore`: backups from the command line, with the server running or stopped. A
 * restore into SQLite is refused while a server holds the data folder. Built to dist/backup.mjs.
 */
import { copyFileSync, existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { lockSqliteFolder } from "@/lib/core/startup/preflight";
import { createBackups } from "@/lib/operations/backups";
import { FILENAME, NAME_RULE } from "@/lib/operations/backups/contract";
import { recordAct } from "./record-act";

const HELP = `usage: npm run backup -- <what>

  create [--name <name>] [--description <text>]   take a backup into ${env.DATA_DIR}/backups
         [--include-downloads]                    with the files of downloads
  list                                            what is there, newest first
  verify <file>                                   check one whole; exit code 1 when it is not right
  restore <file> [--no-safety]                    put everything back to it; takes a backup of the present state first

<file> is a name from the list, or the path of a backup taken elsewhere.`;

/** The command line runs no services, so there is nothing to pause while the database is replaced. */
const NO_SERVICES = { pauseJobs: async () => {}, resumeJobs: async () => {} };
const { backupTools } = createBackups({ services: NO_SERVICES });

function fail(text: string): never {
  console.error(`backup: ${text}`);
  process.exit(1);
}

const [what, ...rest] = process.argv.slice(2);
const option = (name: string): string | undefined => {
  const at = rest.indexOf(`--${name}`);
  return at < 0 ? undefined : (rest[at + 1] ?? fail(`--${name} needs a value`));
};

/** Returns the name of a stored backup. Copies a file from elsewhere to the backups first. */
function filenameOf(given: string | undefined): string {
  if (!given || given.startsWith("--")) fail(`which one? ${what} needs a file`);
  const name = basename(given);
  if (!FILENAME.test(name)) fail(`${name} is not named as a backup is: <name>_<YYYYMMDD_HHMMSS>.tar.gz`);
  const folder = resolve(env.DATA_DIR, "backups");
  if (existsSync(resolve(folder, name))) return name;
  if (!existsSync(given)) fail(`there is no ${given}`);
  copyFileSync(given, resolve(folder, name));
  return name;
}

async function run(): Promise<void> {
  switch (what) {
    case "create": {
      const name = option("name") ?? "backup";
      if (!NAME_RULE.test(name)) fail("--name takes 1 to 64 letters, digits, _ or -");
      const description = (option("description") ?? "").slice(0, 500);
      const include_downloads = rest.includes("--include-downloads");
      const backup = await backupTools.create({ name, description, reason: "manual", include_downloads });
      await recordAct("createBackup", {
        target: { type: "backup", id: backup.filename },
        after: { name, description, include_downloads },
      });
      console.log(`${backup.filename}  ${backup.size}  ${backup.rows} rows`);
      return;
    }
    case "list":
      for (const { filename, size, status, description } of await backupTools.list())
        console.log(`${filename}  ${size.padStart(9)}  ${status.padEnd(9)}  ${description}`);
      return;
    case "verify": {
      await backupTools.ready();
      const verdict = await backupTools.verify(filenameOf(rest[0]));
      for (const line of [verdict.message, ...verdict.warnings]) console.log(line);
      if (!verdict.ok) process.exitCode = 1;
      return;
    }
    case "restore": {
      await backupTools.ready();
      const filename = filenameOf(rest[0]);
      // Hold the lock, so that no server starts on a database that is being replaced.
      const folderLock = env.provider === "sqlite" ? lockSqliteFolder(dirname(sqliteFile())) : undefined;
      // Without an existing database there is nothing to back up first.
      const nothing = env.provider === "sqlite" && !existsSync(sqliteFile());
      const restored = await backupTools.restore(filename, {
        safety: !nothing && !rest.includes("--no-safety"),
      });
      // The record belongs to the database that was restored: its log goes on from here.
      const after = { safety_backup: restored.safety_backup };
      await recordAct("restoreBackup", { target: { type: "backup", id: filename }, after });
      console.log(restored.message);
      if (restored.safety_backup) console.log(`The state before it: ${restored.safety_backup}`);
      if (restored.migrated.length) console.log(`Brought up to date by ${restored.migrated.length} migrations`);
      for (const line of restored.warnings) console.log(line);
      folderLock?.release();
      return;
    }
    default:
      console.log(HELP);
      if (what && what !== "--help") process.exitCode = 64;
  }
}

/** Prints progress to stderr, because stdout is for the result. */
const progress = setInterval(() => process.stderr.write("."), 5_000);
try {
  await run();
} catch (error) {
  fail((error as Error).message.replace(/^filename: /, ""));
} finally {
  clearInterval(progress);
  await Promise.race([backupTools.close(), sleep(2_000)]);
}
process.exit();
