/** Sessions. A token is stored as its hash. */
import { inList, query, type Row, transaction } from "@/lib/core/db";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

type SessionRow = Row<"session">;
type SessionTimes = { session_id: string; expires: number; signed_in_at: number; last_seen_at: number };
export type FoundSession = { session: SessionTimes; user: UserRecord };

const ofUser = USER.map((column) => `user.${column}` as const);

async function find(by: "id" | "session_token", value: string): Promise<FoundSession | null> {
  const row = await query()
    .selectFrom("session")
    .innerJoin("user", "user.id", "session.user_id")
    .select(["session.id as session_id", "session.expires", "session.created_at as signed_in_at"])
    .select(["session.last_seen_at", ...ofUser])
    .where(`session.${by}`, "=", value)
    .executeTakeFirst();
  if (!row) return null;
  const { session_id, expires, signed_in_at, last_seen_at, ...user } = row;
  return { session: { session_id, expires, signed_in_at, last_seen_at }, user: toRecord(user) };
}

/**
 * Stores a session and notes the sign-in; the user's oldest sessions beyond `max` end.
 *
 * @returns ids of the sessions that ended, or null when the user is gone
 */
const insertSession = (session: SessionRow, max: number): Promise<string[] | null> =>
  transaction(async (trx) => {
    const { user_id } = session;
    const signedIn = await trx
      .updateTable("user")
      .set({ last_login: session.created_at })
      .where("id", "=", user_id)
      .executeTakeFirst();
    if (signedIn.numUpdatedRows === 0n) return null;
    await trx.insertInto("session").values(session).execute();
    await trx
      .deleteFrom("session")
      .where("user_id", "=", user_id)
      .where("expires", "<=", session.last_seen_at)
      .execute();
    const sessions = await trx
      .selectFrom("session")
      .select("id")
      .where("user_id", "=", user_id)
      .orderBy("created_at", "desc")
      .execute();
    const ended = sessions.slice(max).map((row) => row.id);
    if (ended.length > 0) await trx.deleteFrom("session").where("id", "in", inList(ended)).execute();
    return ended;
  });

/** The user's sessions that go on after `at`, newest first. */
const listSessions = (userId: number, at: number): Promise<SessionRow[]> =>
  query()
    .selectFrom("session")
    .selectAll()
    .where("user_id", "=", userId)
    .where("expires", ">", at)
    .orderBy("created_at", "desc")
    .execute();

/** @returns false when the user has no such session */
async function deleteSession(userId: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await query()
    .deleteFrom("session")
    .where("id", "=", id)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

async function touchSession(id: string, at: number): Promise<void> {
  await query().updateTable("session").set({ last_seen_at: at }).where("id", "=", id).execute();
}

export const sessionStore = {
  sessionByHash: (hash: string) => find("session_token", hash),
  sessionById: (id: string) => find("id", id),
  ...{ insertSession, listSessions, deleteSession, touchSession },
};
