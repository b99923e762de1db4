/**
 * Leases of background jobs (leader.ts): one row per job says which process runs it, and until when. Times are those of
 * the processes, whose clocks agree to about a second (docs/deploy).
 */
import { inList, query } from "@/lib/core/db";
import type { Leases } from "./leader";

export const leases: Leases & { releaseAll(at: number): Promise<void> } = {
  // Both writes check that the row is still as it was read, so that only one process wins.
  async take(name: string, holder: string, at: number, until: number): Promise<{ awayMs: number } | undefined> {
    const held = await query()
      .selectFrom("job_lease")
      .select(["holder", "held_until"])
      .where("name", "=", name)
      .executeTakeFirst();
    if (!held) {
      const { numInsertedOrUpdatedRows } = await query()
        .insertInto("job_lease")
        .values({ name, holder, held_until: until })
        .onConflict((conflict) => conflict.column("name").doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows ? { awayMs: 0 } : undefined;
    }
    if (held.holder !== holder && held.held_until > at) return undefined;
    const { numUpdatedRows } = await query()
      .updateTable("job_lease")
      .set({ holder, held_until: until })
      .where("name", "=", name)
      .where("holder", "=", held.holder)
      .where("held_until", "=", held.held_until)
      .executeTakeFirst();
    return numUpdatedRows ? { awayMs: Math.max(0, at - held.held_until) } : undefined;
  },

  async renew(holder: string, names: string[], until: number): Promise<string[]> {
    const renewed = await query()
      .updateTable("job_lease")
      .set({ held_until: until })
      .where("holder", "=", holder)
      .where("name", "in", inList(names))
      .returning("name")
      .execute();
    return renewed.map(({ name }) => name);
  },

  async release(holder: string, names: string[], at: number): Promise<void> {
    await query()
      .updateTable("job_lease")
      .set({ held_until: at })
      .where("holder", "=", holder)
      .where("name", "in", inList(names))
      .execute();
  },

  /**
   * Ends every lease, whichever process holds it. Called at the start of a process that is known to be the only one.
   */
  async releaseAll(at: number): Promise<void> {
    await query().updateTable("job_lease").set({ held_until: at }).where("held_until", ">", at).execute();
  },
};
