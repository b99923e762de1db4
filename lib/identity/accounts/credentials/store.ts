/** Sessions, API keys and reset tokens in the database. Only hashes of secrets are stored. */
import { query } from "@/lib/core/db";
import { keyStore } from "./store.keys";
import { resetStore } from "./store.resets";
import { sessionStore } from "./store.sessions";

const MONTH_MS = 30 * 86_400_000;

/** Removes what has expired: sessions, reset tokens, clients not seen for half a year, and keys a month after their end. */
async function sweep(at: number): Promise<void> {
  await query().deleteFrom("session").where("expires", "<=", at).execute();
  await query().deleteFrom("password_reset").where("expires_at", "<=", at).execute();
  await query()
    .deleteFrom("known_device")
    .where("seen_at", "<=", at - 6 * MONTH_MS)
    .execute();
  const monthAgo = at - MONTH_MS;
  await query()
    .deleteFrom("api_key")
    .where((eb) => eb.or([eb("revoked_at", "<=", monthAgo), eb("expires_at", "<=", monthAgo)]))
    .execute();
}

export const createAccessStore = () => ({ ...sessionStore, ...keyStore, ...resetStore, sweep });

export type AccessStore = ReturnType<typeof createAccessStore>;
