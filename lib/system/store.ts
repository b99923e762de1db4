/** What the database says of itself. */
import { statSync } from "node:fs";
import { db, ingest, sqliteFile } from "@/lib/db";

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
    ingest: () => ({ ...ingest.counters, queued: ingest.queued }),
  };
}
