/** Sizes and counts that the database reports about itself. */
import { statSync } from "node:fs";
import { db, ingest, query, sql, sqliteFile } from "@/lib/core/db";
import { botTotals } from "@/lib/fleet/bots";
import type { VisibleBots } from "@/lib/identity/access";
import type { LevelCounts } from "./service.ops";

export function createSystemStore() {
  return {
    get provider() {
      return db().provider;
    },
    async ping(): Promise<void> {
      await query().selectNoFrom(sql`1`.as("one")).execute();
    },
    /** Returns the bytes on disk, including the write-ahead log; null when the database does not report them. */
    async bytes(): Promise<number | null> {
      if (db().provider === "postgresql") {
        const size = sql<number>`pg_database_size(current_database())`;
        return (await query().selectNoFrom(size.as("bytes")).executeTakeFirstOrThrow()).bytes;
      }
      const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      return size(sqliteFile()) + size(`${sqliteFile()}-wal`);
    },
    /** Counts logs by level from the bots' counters: of the bots that a reader may see, or of all. */
    async levels(visible?: VisibleBots): Promise<LevelCounts> {
      const totals = await botTotals(visible);
      return {
        total: totals.total_logs,
        errors: totals.error_logs,
        warnings: totals.warning_logs,
        criticals: totals.critical_logs,
      };
    },
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
  };
}
