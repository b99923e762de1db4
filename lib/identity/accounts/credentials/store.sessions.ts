/** Sessions. A token is stored as its hash. */
import { inList, type Queries, query, type Row, transaction } from "@/lib/core/db";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

type SessionRow = Row<"session">;
type SessionTimes = {
  session_id: string;
  expires: number;
  signed_in_at: number;
  proved_at: number;
  last_seen_at: number;
  has_second_factor?: true;
};
export type FoundSession = { session: SessionTimes; user: UserRecord };

const ofUser = USER.map((column) => `user.${column}` as const);

async function find(by: "id" | "session_token", value: string): Promise<FoundSession | null> {
  const row = await query()
    .selectFrom("session")
    .innerJoin("user", "user.id", "session.user_id")
    .select(["session.id as session_id", "session.expires", "session.created_at as signed_in_at"])
    .select(["session.proved_at", "session.last_seen_at", ...ofUser])
    .select((eb) => {
      const apps = eb.selectFrom("second_factor").select("second_factor.user_id");
      const passkeys = eb.selectFrom("passkey").select("passkey.user_id");
      const hasApp = apps.whereRef("second_factor.user_id", "=", "user.id").where("confirmed_at", "is not", null);
      return eb
        .or([eb.exists(hasApp), eb.exists(passkeys.whereRef("passkey.user_id", "=", "user.id"))])
        .as("has_factor");
    })
    .where(`session.${by}`, "=", value)
    .executeTakeFirst();
  if (!row) return null;
  const { session_id, expires, signed_in_at, proved_at, last_seen_at, has_factor, ...user } = row;
  const factor = has_factor ? { has_second_factor: true as const } : {};
  return { session: { session_id, expires, signed_in_at, proved_at, last_seen_at, ...factor }, user: toRecord(user) };
}

/** Notes a client's sign-in. @returns false when it is known already */
async function meet(trx: Queries, client: Row<"known_device">): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("known_device")
    .set({ seen_at: client.seen_at })
    .where("user_id", "=", client.user_id)
    .where("fingerprint", "=", client.fingerprint)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return false;
  await trx
    .insertInto("known_device")
    .values(client)
    .onConflict((known) => known.doNothing())
    .execute();
  return true;
}

/**
 * Stores a session and notes the sign-in; the user's oldest sessions beyond `max` end.
 *
 * @param fingerprint  the client that signs in; undefined for a session that continues another
 * @returns ids of the sessions that ended, and whether the client is new; null when the user is gone
 */
const insertSession = (
  session: SessionRow,
  max: number,
  fingerprint: string | undefined,
): Promise<{ ended: string[]; isNew: boolean } | null> =>
  transaction(async (trx) => {
    const { user_id } = session;
    const signedIn = await trx
      .updateTable("user")
      .set({ last_login: session.created_at })
      .where("id", "=", user_id)
      .executeTakeFirst();
    if (signedIn.numUpdatedRows === 0n) return null;
    const client = fingerprint && { user_id, fingerprint, seen_at: session.last_seen_at };
    const isNew = client ? await meet(trx, client) : false;
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
    return { ended, isNew };
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

/** Ends the user's sessions but for `kept`. @returns ids of those that ended */
async function deleteSessions(userId: number, kept?: string): Promise<string[]> {
  const ended = await query()
    .deleteFrom("session")
    .where("user_id", "=", userId)
    .$if(kept !== undefined, (sessions) => sessions.where("id", "<>", kept!))
    .returning("id")
    .execute();
  return ended.map(({ id }) => id);
}

async function touchSession(id: string, at: number): Promise<void> {
  await query().updateTable("session").set({ last_seen_at: at }).where("id", "=", id).execute();
}

export const sessionStore = {
  sessionByHash: (hash: string) => find("session_token", hash),
  sessionById: (id: string) => find("id", id),
  ...{ insertSession, listSessions, deleteSession, deleteSessions, touchSession },
};
