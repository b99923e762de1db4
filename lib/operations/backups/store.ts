/** The database work of backups, for either database, and their schedule. */
import { changeSetting, connect, db, disconnect, disconnectPrisma, readSetting, type Sql } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { readJson } from "@/lib/core/format/json";
import type { Manifest, Schedule } from "./contract";
import { DEFAULT_SCHEDULE, Schedule as ScheduleShape } from "./contract";
import { type PresentAccess, readPresentAccess } from "./store.carryover";
import { createPostgresBackup } from "./store.postgres";
import { createSqliteBackup } from "./store.sqlite";

/** One moment of the database, as files in a folder. `tables`: rows of each. */
export type Copy = {
  tables: Record<string, number>;
  migrations: string[];
  sources: { name: string; path: string }[];
};
export type Staged = {
  /** Migrations an older backup was brought up to date with. */
  migrated: string[];
  /** Removes what lies elsewhere than in the folder. */
  discard?: () => Promise<void>;
};

export interface DatabaseBackup {
  readonly provider: Manifest["provider"];
  /** Writes the copy into `folder`, which is empty. */
  copy(folder: string): Promise<Copy>;
  /**
   * Checks the unpacked database in `folder` and brings it to this version, the live one untouched.
   * @throws AppError INVALID_INPUT saying why it cannot be restored
   */
  stage(folder: string, manifest: Manifest): Promise<Staged>;
  /** Changes the staged database in one transaction, before it is put in place. */
  amend<T>(folder: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Puts what was staged, and `files`, in the place of what is there: all or nothing. `marker` exists meanwhile. */
  swap(folder: string, files: { live: string; staged: string } | null, marker: string): Promise<void>;
}

const KEY = "backups.schedule";
type StoredSchedule = { schedule: Schedule; version: number };

function scheduleOf(text: string | undefined): Schedule {
  const parsed =
    text === undefined
      ? undefined
      : ScheduleShape.safeParse({ ...DEFAULT_SCHEDULE, ...readJson<Partial<Schedule>>(text) });
  return parsed?.success ? parsed.data : DEFAULT_SCHEDULE;
}

export function createBackupStore() {
  return {
    database: (): DatabaseBackup => (env.provider === "sqlite" ? createSqliteBackup() : createPostgresBackup()),

    /**
     * The access that people and programs have now; undefined when there is no database yet.
     * @throws what the database says when it cannot be read
     */
    async presentAccess(sessionId: string | undefined): Promise<PresentAccess | undefined> {
      const live = await connect();
      const tables =
        live.provider === "sqlite"
          ? "SELECT 1 FROM sqlite_master WHERE name = 'user'"
          : "SELECT 1 FROM pg_tables WHERE tablename = 'user' AND schemaname = current_schema()";
      if ((await live.all(tables)).length === 0) return undefined;
      return readPresentAccess(live, sessionId);
    },

    async schedule(): Promise<StoredSchedule> {
      const { value, version } = await readSetting(KEY);
      return { schedule: scheduleOf(value), version };
    },

    /** Changes some fields. @returns undefined when another version than `expected` is stored */
    async changeSchedule(change: Partial<Schedule>, expected?: number): Promise<StoredSchedule | undefined> {
      const next = (stored: string | undefined) => JSON.stringify({ ...scheduleOf(stored), ...change });
      const changed = await changeSetting(KEY, next, expected);
      return changed && { schedule: scheduleOf(changed.value), version: changed.version };
    },

    /** The size of the database. */
    async bytes(): Promise<number> {
      const [row] = await db().all<{ n: number }>(
        env.provider === "sqlite"
          ? "SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()"
          : "SELECT pg_database_size(current_database()) AS n",
      );
      return Number(row?.n ?? 0);
    },

    /** Transfers whose files lay below `from` have them below `to`. Absolute paths. */
    async moveDownloads(from: string, to: string): Promise<void> {
      await (await connect()).run(
        "UPDATE transfer SET dir = $1 || substr(dir, $2) WHERE dir = $3 OR substr(dir, 1, $2) = $4",
        [to, from.length + 1, from, `${from}/`],
      );
    },

    /** For the command line, which has no server around it. */
    async close(): Promise<void> {
      await disconnectPrisma();
      await disconnect();
    },
  };
}
export type BackupStore = ReturnType<typeof createBackupStore>;
