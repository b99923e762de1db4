/** When a session last proved who uses it. */
import { query } from "@/lib/core/db";

export type ProofState = { proved_at: number; hasPassword: boolean; hasApp: boolean; hasPasskey: boolean };

/** Returns null when the session has ended. */
async function find(sessionId: string): Promise<ProofState | null> {
  const row = await query()
    .selectFrom("session")
    .innerJoin("user", "user.id", "session.user_id")
    .leftJoin("second_factor", "second_factor.user_id", "user.id")
    .select(["session.proved_at", "user.password_hash", "second_factor.confirmed_at"])
    .select((eb) =>
      eb
        .selectFrom("passkey")
        .select((passkeys) => passkeys.fn.countAll<number>().as("passkeys"))
        .whereRef("passkey.user_id", "=", "user.id")
        .as("passkeys"),
    )
    .where("session.id", "=", sessionId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    proved_at: row.proved_at,
    hasPassword: row.password_hash !== null,
    hasApp: row.confirmed_at !== null,
    hasPasskey: (row.passkeys ?? 0) > 0,
  };
}

/** @returns false when the session has ended */
async function prove(sessionId: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("session")
    .set({ proved_at: at })
    .where("id", "=", sessionId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export const createProofStore = () => ({ find, prove });

export type ProofStore = ReturnType<typeof createProofStore>;
