/** The database work of backups, for either database, and their schedule. */
import {
  changeSetting,
  connect,
  disconnect,
  disconnectPrisma,
  isMigrated,
  migrate,
  query,
  readSetting,
  sql,
} from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { readJson } from "@/lib/core/format/json";
import { moveTransfers } from "@/lib/operations/transfers";
import type { Schedule } from "./contract";
import { DEFAULT_SCHEDULE, Schedule as ScheduleShape } from "./contract";
import { type PresentAccess, readPresentAccess } from "./database/store.carryover";
import { createPostgresBackup } from "./database/store.postgres";
import { createSqliteBackup } from "./database/store.sqlite";
import type { DatabaseBackup } from "./database/store.types";

const isSqlite = () => env.provider === "sqlite";

/** Returns false when there is no database yet, or only an empty file or schema. */
async function hasTables(): Promise<boolean> {
  const user = isSqlite()
    ? sql<string | null>`(select name from sqlite_master where name = 'user')`
    : sql<string | null>`to_regclass('"user"')::text`;
  const { found } = await query().selectNoFrom(user.as("found")).executeTakeFirstOrThrow();
  return found !== null;
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
    database: (): DatabaseBackup => (isSqlite() ? createSqliteBackup() : createPostgresBackup()),

    /**
     * Reads the access that people and programs have now; undefined when there is no database yet.
     * @throws the database's error when it cannot be read
     */
    async presentAccess(sessionId: string | undefined): Promise<PresentAccess | undefined> {
      const live = await connect();
      if (!(await hasTables())) return undefined;
      // The command line may run before a newer version has first started. Migrate the live database then: its accounts are
      // compared with those of the archive, which was migrated when it was checked.
      if (!(await isMigrated(live))) await migrate();
      return readPresentAccess(query(), sessionId);
    },

    async schedule(): Promise<StoredSchedule> {
      const { value, version } = await readSetting(KEY);
      return { schedule: scheduleOf(value), version };
    },

    /** Changes the given fields. @returns undefined when another version than `expected` is stored */
    async changeSchedule(change: Partial<Schedule>, expected?: number): Promise<StoredSchedule | undefined> {
      const next = (stored: string | undefined) => JSON.stringify({ ...scheduleOf(stored), ...change });
      const changed = await changeSetting(KEY, next, expected);
      return changed && { schedule: scheduleOf(changed.value), version: changed.version };
    },

    /** Returns the size of the database in bytes. */
    async bytes(): Promise<number> {
      const size = isSqlite()
        ? sql<number>`(select page_count * page_size from pragma_page_count(), pragma_page_size())`
        : sql<number>`pg_database_size(current_database())`;
      const { bytes } = await query().selectNoFrom(size.as("bytes")).executeTakeFirstOrThrow();
      return bytes;
    },

    /** Points transfers whose files were below `from` to the folder `to`. Absolute paths. */
    async moveDownloads(from: string, to: string): Promise<void> {
      await connect();
      await moveTransfers(from, to);
    },

    /** Closes the database for the command line, where no server does so. */
    async close(): Promise<void> {
      await disconnectPrisma();
      await disconnect();
    },
  };
}
export type BackupStore = ReturnType<typeof createBackupStore>;
