/** Figures that the database reports about itself. */
import { statSync } from "node:fs";
import { db, ingest, query, sql, sqliteFile } from "@/lib/core/db";
import type { LevelCounts } from "./service.ops";

const COUNTERS = {
  total: "total_logs",
  errors: "error_logs",
  warnings: "warning_logs",
  criticals: "critical_logs",
} as const;

export function createSystemStore() {
  return {
    get provider() {
      return db().provider;
    },
    async ping(): Promise<void> {
      await query().selectNoFrom(sql`1`.as("one")).execute();
    },
    /** Bytes on disk, the write-ahead log included; null when the database does not tell. */
    async bytes(): Promise<number | null> {
      if (db().provider === "postgresql") {
        const size = sql<number>`pg_database_size(current_database())`;
        return (await query().selectNoFrom(size.as("bytes")).executeTakeFirstOrThrow()).bytes;
      }
      const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      return size(sqliteFile()) + size(`${sqliteFile()}-wal`);
    },
    /** How many logs there are by level, from the bots' counters: of one owner's bots, or of all. */
    async levels(ownerId?: number): Promise<LevelCounts> {
      const sums = await query()
        .selectFrom("bot")
        .select((eb) =>
          Object.entries(COUNTERS).map(([name, counter]) =>
            eb.fn.coalesce(eb.fn.sum<number>(counter), eb.lit(0)).as(name),
          ),
        )
        .where("status", "<>", "deleting")
        .$if(ownerId !== undefined, (bots) => bots.where("owner_id", "=", ownerId!))
        .executeTakeFirstOrThrow();
      return sums as LevelCounts;
    },
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
  };
}
