/**
 * Checks that come before a start writes anything. Each failure is a StartError: one line that says what is wrong and what
 * to do about it.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { sqliteCode } from "@/lib/core/db/sqlite";
import { type FileLock, tryFileLock } from "./file-lock";
import { StartError } from "./start-error";

/** @throws StartError when `port` is taken or may not be opened; 0 is any free port */
export function checkPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const reason =
        code === "EADDRINUSE"
          ? `port ${port} is in use. Stop the program that has it, or set PORT to another`
          : code === "EACCES"
            ? `port ${port} may not be opened by this user. Set PORT to one above 1023`
            : `cannot listen on ${host}:${port} (${message}). Check HOST and PORT`;
      reject(new StartError(reason));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/** @throws StartError when files cannot be made in `folder`, nor the folder itself; `variable` names what sets it */
export function checkFolder(folder: string, variable: string): void {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const fix = `Give this user the right to write there, or set ${variable} to another folder`;
  if (!statSync(existing).isDirectory()) throw new StartError(`${existing} is a file, not a folder. ${fix}`);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`${existing} cannot be written (${(error as NodeJS.ErrnoException).code}). ${fix}`);
  }
}

/**
 * Makes this process the only one that serves the SQLite database in `folder`. Two would each keep their own queue,
 * sockets and write lock, and hand out a command twice.
 *
 * @throws StartError while another process holds the folder
 */
export function lockSqliteFolder(folder: string): FileLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = tryFileLock(join(folder, "muster.lock"));
  // The process id is only for the error message. The lock itself belongs to the operating system and ends with the
  // process.
  const pid = join(folder, "muster.pid");
  if (!lock)
    throw new StartError(
      `another Muster (${processOf(pid)}) uses the database in ${folder}. Stop it first, or give this one a folder of its own by DATA_DIR. Several processes need PostgreSQL and Redis (docs/deploy)`,
    );
  writeFileSync(pid, `${process.pid}\n`, { mode: 0o600 });
  return lock;
}

function processOf(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, "utf8").trim()}`;
  } catch {
    return "process unknown";
  }
}

const SQLITE_REMEDIES: Record<string, string> = {
  SQLITE_NOTADB: "it is not a SQLite database. Move the file away, or correct DATABASE_URL",
  SQLITE_CORRUPT: "it is damaged. Restore a backup: npm run backup -- restore <file>",
  SQLITE_READONLY: "it cannot be written. Make the file writable for this user",
  SQLITE_CANTOPEN: "it cannot be opened. Check the path in DATABASE_URL and its rights",
  SQLITE_FULL: "the disk is full. Make room and start again",
  SQLITE_BUSY: "another program has locked it. End that program and start again",
};
const POSTGRES_REMEDIES: Record<string, string> = {
  ECONNREFUSED: "nothing listens there. Start PostgreSQL, or correct DATABASE_URL",
  ENOTFOUND: "the host is unknown. Correct DATABASE_URL",
  ETIMEDOUT: "it does not answer. Check the network and the firewall",
  "28P01": "the password is wrong. Correct DATABASE_URL",
  "28000": "the user may not sign in. Correct DATABASE_URL or pg_hba.conf",
  "3D000": "there is no such database. Create it: createdb <name>",
  "42501": "the user may not create tables. Grant it CREATE on the schema",
};

/**
 * Converts an error of opening or migrating the database at `url` to a StartError if its code says what to do; else
 * returns it unchanged.
 */
export function databaseError(error: unknown, url: string): unknown {
  const { code = "", errors } = error as { code?: string; errors?: { code?: string }[] };
  const known = sqliteCode(error) ?? (code || errors?.[0]?.code || "");
  if (url.startsWith("file:")) {
    const remedy = SQLITE_REMEDIES[known];
    return remedy ? new StartError(`the database ${url.slice("file:".length)}: ${remedy}`, { cause: error }) : error;
  }
  const { hostname, port, pathname } = new URL(url);
  const remedy = POSTGRES_REMEDIES[known];
  // Never the whole URL: it holds the password.
  const place = `PostgreSQL at ${hostname}:${port || 5432}${pathname}`;
  return remedy ? new StartError(`${place}: ${remedy}`, { cause: error }) : error;
}
