/** Finds leftovers of transfers: of a process that ended, or of files whose time is over. */
import { inList, query, transaction } from "@/lib/core/db";
import type { TaskRow } from "./rows";
import { withNames } from "./store.names";

export function createCleanupStore() {
  return {
    /**
     * Ends all leases now. Call it only where this process is the only one: the leases then belong to a process that
     * ended.
     */
    async endLeases(at: number): Promise<void> {
      await query().updateTable("transfer").set({ leased_until: at }).where("status", "=", "active").execute();
    },

    /** Returns completed transfers whose files are to be deleted, and marks them as handled. */
    expired: (at: number): Promise<TaskRow[]> =>
      transaction(async (trx) => {
        const rows = await withNames(trx).where("t.delete_at", "<=", at).where("t.dir", "<>", "").limit(50).execute();
        await trx
          .updateTable("transfer")
          .set({ delete_at: null, files: "[]" })
          .where("id", "in", inList(rows.map(({ id }) => id)))
          .execute();
        return rows;
      }),

    /**
     * Returns which of these transfers still need their folder on disk. Cancelled transfers, and completed ones whose files
     * were removed, do not: the sweep deletes their folders.
     */
    async known(ids: readonly string[]): Promise<Set<string>> {
      if (ids.length === 0) return new Set();
      const rows = await query()
        .selectFrom("transfer")
        .select("id")
        .where("dir", "<>", "")
        .where("status", "<>", "cancelled")
        .where((eb) => eb.or([eb("status", "<>", "completed"), eb("files", "<>", "[]")]))
        .where("id", "in", inList(ids))
        .execute();
      return new Set(rows.map(({ id }) => id));
    },
  };
}
export type CleanupStore = ReturnType<typeof createCleanupStore>;
