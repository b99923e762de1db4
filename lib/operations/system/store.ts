/** Figures that the database reports about itself. */
import { statSync } from "node:fs";
import { db, ingest, sqliteFile } from "@/lib/core/db";
import type { LevelCounts } from "./service.ops";

export function createSystemStore() {
  return {
    get provider() {
      return db().provider;
    },
    async ping(): Promise<void> {
      await db().all("SELECT 1 AS one");
    },
    /** Bytes on disk, the write-ahead log included; null when the database does not tell. */
    async bytes(): Promise<number | null> {
      if (db().provider === "postgresql") {
        const [row] = await db().all<{ n: number }>("SELECT pg_database_size(current_database()) AS n");
        return row?.n ?? null;
      }
      const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      return size(sqliteFile()) + size(`${sqliteFile()}-wal`);
    },
    /** How many logs there are by level, from the bots' counters: of one owner's bots, or of all. */
    async levels(ownerId?: number): Promise<LevelCounts> {
      const [row] = await db().all<LevelCounts>(
        `SELECT COALESCE(SUM(total_logs), 0) AS total, COALESCE(SUM(error_logs), 0) AS errors,
                COALESCE(SUM(warning_logs), 0) AS warnings, COALESCE(SUM(critical_logs), 0) AS criticals
         FROM bot WHERE status <> 'deleting'${ownerId === undefined ? "" : " AND owner_id = $1"}`,
        ownerId === undefined ? [] : [ownerId],
      );
      // PostgreSQL adds up to a numeric, which arrives as text.
      const { total, errors, warnings, criticals } = row!;
      return { total: Number(total), errors: Number(errors), warnings: Number(warnings), criticals: Number(criticals) };
    },
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
  };
}
