/** States of sign-ins that came back, in the database so that each works once whichever process it comes back to. */
import { query } from "@/lib/core/db";

export function createStateStore() {
  return {
    /**
     * @param expiresAt epoch ms
     * @returns false when it was spent before
     */
    async spend(nonce: string, expiresAt: number): Promise<boolean> {
      const spent = await query()
        .insertInto("spent_state")
        .values({ nonce, expires_at: expiresAt })
        .onConflict((before) => before.column("nonce").doNothing())
        .returning("nonce")
        .execute();
      return spent.length > 0;
    },

    /** Removes states that nobody could use any more, spent or not. */
    async sweep(at: number): Promise<void> {
      await query().deleteFrom("spent_state").where("expires_at", "<=", at).execute();
    },
  };
}

export type StateStore = ReturnType<typeof createStateStore>;
