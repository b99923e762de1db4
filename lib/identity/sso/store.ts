/** Spent states. They are in the database, so that each state works once, whichever process the browser returns to. */
import { withoutAct } from "@/lib/core/acts";
import { query } from "@/lib/core/db";

export function createStateStore() {
  return {
    /**
     * @param expiresAt epoch ms
     * @returns false when it was spent before
     */
    async spend(nonce: string, expiresAt: number): Promise<boolean> {
      // The sign-in is not certain yet: its record in the audit log must wait for the outcome.
      const spent = await withoutAct(() =>
        query()
          .insertInto("spent_state")
          .values({ nonce, expires_at: expiresAt })
          .onConflict((before) => before.column("nonce").doNothing())
          .returning("nonce")
          .execute(),
      );
      return spent.length > 0;
    },

    /** Removes expired states. */
    async sweep(at: number): Promise<void> {
      await query().deleteFrom("spent_state").where("expires_at", "<=", at).execute();
    },
  };
}

export type StateStore = ReturnType<typeof createStateStore>;
