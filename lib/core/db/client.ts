/**
 * The database, as stores see it: one `Sql` interface over SQLite and PostgreSQL, and the Prisma client.
 *
 * SQLite. Its driver is synchronous, so two writers in one thread would deadlock: the second blocks the very event loop
 * the first needs to commit. Every write therefore passes one mutex: `write()` here, the ingest flush, and Prisma's own
 * writes and transactions (wrapped in prisma.ts). Reads use a second connection and never wait (WAL).
 */
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Mutex } from "async-mutex";
import { env } from "@/lib/core/env";
import { unavailable } from "@/lib/core/errors";
import { ActInTransaction } from "./acts";
import { type Database, type Param, patiently, type Sql, translate } from "./sql";
import { openFile, SqliteConnection } from "./sqlite";

type Role = "reader" | "writer";

/** Held around every SQLite write of this process. */
export const writeMutex = new Mutex();

/** Every connection of this process to its SQLite file, so that all can be closed and reopened together. */
export const sqliteConnections = new Set<{ close(): void; open(): void }>();

class SqliteSql implements Sql {
  readonly provider = "sqlite";
  readonly connection: SqliteConnection;

  constructor(file: string, role: Role) {
    this.connection = new SqliteConnection(() => openSqlite(file, role));
    sqliteConnections.add(this.connection);
  }

  async all<Row>(text: string, params: readonly Param[] = []): Promise<Row[]> {
    return this.connection.prepare(text).all(params) as Row[];
  }

  async run(text: string, params: readonly Param[] = []): Promise<number> {
    return this.connection.prepare(text).run(params);
  }
}

class SqliteDatabase implements Database {
  readonly provider = "sqlite";
  #reader: SqliteSql;
  #writer: SqliteSql;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#writer = new SqliteSql(file, "writer");
    this.#reader = new SqliteSql(file, "reader");
  }

  all<Row>(text: string, params?: readonly Param[]): Promise<Row[]> {
    return this.#reader.all(text, params);
  }

  run(text: string, params?: readonly Param[]): Promise<number> {
    return this.write((tx) => tx.run(text, params));
  }

  write<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return writeMutex.runExclusive(async () => {
      const { connection } = this.#writer;
      const act = ActInTransaction.begin();
      try {
        await patiently(() => connection.begin());
        const value = await (act ? act.run(this.#writer, work) : work(this.#writer));
        connection.commit();
        act?.ended(true);
        return value;
      } catch (error) {
        connection.rollback();
        act?.ended(false);
        throw translate(error);
      }
    });
  }

  async close() {
    await writeMutex.runExclusive(async () => {
      const { raw } = this.#writer.connection;
      // Analyze the tables that grew or shrank, whichever connection read them (0x10000), from samples of them (0x10).
      raw.exec("PRAGMA optimize(0x10012)");
      // Write all rows into the main file, so that a copy of this one file after a clean stop is complete.
      raw.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      for (const { connection } of [this.#reader, this.#writer]) {
        sqliteConnections.delete(connection);
        connection.close();
      }
    });
  }
}

/** Opens the SQLite file with every PRAGMA that this process relies on. A writer waits with `patiently`. */
export function openSqlite(file: string, role: Role): DatabaseSync {
  const raw = openFile(file, { timeout: 5000 });
  raw.exec("PRAGMA journal_mode = WAL");
  // NORMAL survives a killed process; FULL also a power cut, at about 0.1 ms of fsync per commit (decision 001).
  raw.exec(`PRAGMA synchronous = ${env.SQLITE_SYNCHRONOUS}`);
  raw.exec("PRAGMA temp_store = 2; PRAGMA cache_size = -32000; PRAGMA mmap_size = 268435456");
  raw.exec(role === "writer" ? "PRAGMA busy_timeout = 0" : "PRAGMA query_only = 1");
  return raw;
}

/**
 * Runs `swap` while no connection of this process has the SQLite file open, and no row is left in its write-ahead log.
 * It runs synchronously: readers notice nothing, and writers wait as they do for one another.
 *
 * @param swap puts another file in the place of the database; must be synchronous, and undo itself when it throws
 * @throws AppError UNAVAILABLE another process reads or writes the file at this moment
 */
export function replaceSqlite(swap: () => void, file = sqliteFile()): Promise<void> {
  return writeMutex.runExclusive(async () => {
    for (const connection of sqliteConnections) connection.close();
    try {
      const raw = openFile(file, { timeout: 2000 });
      const state = raw.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
      raw.close();
      if (state?.busy) throw unavailable("Another process uses the database; nothing was changed", 5);
      // A leftover WAL or shared-memory file would be taken for the new database's own.
      for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
      swap();
    } finally {
      for (const connection of sqliteConnections) connection.open();
    }
  });
}

/** The SQLite file's path from its URL. */
export const sqliteFile = (url: string = env.DATABASE_URL): string =>
  url.replace(/^file:(\/\/)?/, "").replace(/\?.*$/, "");

async function openDatabase(): Promise<Database> {
  if (env.provider === "sqlite") return new SqliteDatabase(sqliteFile());
  const { PostgresDatabase } = await import("./postgres");
  return new PostgresDatabase(env.DATABASE_URL);
}

let opening: Promise<Database> | undefined;
let current: Database | undefined;

/** Opens the process's database; idempotent. Call once at start, before anything asks for `db()`. */
export async function connect(): Promise<Database> {
  if (current) return current;
  opening ??= openDatabase();
  current = await opening;
  return current;
}

/** The open database. @throws Error before connect() */
export function db(): Database {
  if (!current) throw new Error("The database is not open yet: call connect() first");
  return current;
}

export async function disconnect(): Promise<void> {
  await current?.close();
  current = undefined;
  opening = undefined;
}
