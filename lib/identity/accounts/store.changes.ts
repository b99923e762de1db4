/**
 * Changes of users. Changes that depend on each other's result run one after the other, by a named lock or the user's
 * row lock.
 */
import { accountTarget, describeAct } from "@/lib/core/acts";
import { type ColumnMap, changedColumns, lockName, type Queries, query, transaction } from "@/lib/core/db";
import type { ProfileChange, Role } from "./contract";
import type { EndedAccess } from "./contract.passwords";
import { noteEnded } from "./credentials/store.ended";
import { activeAdmins, findUser, idByUsername, lockUser } from "./store.read";
import { type NewUser, Taken, toRecord, USER, type UserRecord } from "./store.rows";

/** Maps each field of a profile to its column. An empty text clears a field that may be empty. */
const PROFILE: ColumnMap<ProfileChange, "user"> = {
  fullname: (fullname) => ({ fullname }),
  phone: (phone) => ({ phone: phone || null }),
  birthday: (birthday) => ({ birthday: birthday || null }),
  gender: (gender) => ({ gender: gender || null }),
  time_zone: (zone) => ({ time_zone: zone || null }),
  clock: (clock) => ({ clock: clock || null }),
};

/** Adds a user, one at a time: the database's own rule does not know that "Ada" and "ada" are one name. @throws Taken */
export async function insertUser(trx: Queries, user: NewUser): Promise<UserRecord> {
  await lockName(trx, "accounts:names");
  if ((await idByUsername(user.username, trx)) !== undefined) throw new Taken("username");
  if (!(await isFreeAddress(trx, user.email, { at: user.created_at }))) throw new Taken("email");
  const inserted = toRecord(await trx.insertInto("user").values(user).returning(USER).executeTakeFirstOrThrow());
  describeAct({ target: accountTarget(inserted), after: { role: inserted.role, fullname: inserted.fullname } });
  return inserted;
}

/**
 * Returns whether no account has the address, and no other account can still take it back by the link of a notice. Otherwise
 * whoever moved somebody's account could make that final by an account of their own with the old address. Call it under the
 * lock of `accounts:names`.
 *
 * @param own the account that is to get the address
 */
export async function isFreeAddress(
  trx: Queries,
  email: string,
  { at, own = 0 }: { at: number; own?: number },
): Promise<boolean> {
  const claims = trx
    .selectFrom("notice_link")
    .select("user_id as id")
    .where("restore_email", "=", email)
    .where("expires_at", ">", at)
    .where("user_id", "<>", own);
  const holders = trx.selectFrom("user").select("id").where("email", "=", email);
  return (await holders.unionAll(claims).limit(1).executeTakeFirst()) === undefined;
}

/** @throws Taken */
const insert = (user: NewUser): Promise<UserRecord> => transaction((trx) => insertUser(trx, user));

/** Returns whether the user is the only active admin. */
async function isOnlyAdmin(user: UserRecord | null, queries = query()): Promise<boolean> {
  if (user?.role !== "admin" || !user.is_active) return false;
  return (await activeAdmins(queries).where("id", "<>", user.id).limit(1).executeTakeFirst()) === undefined;
}

async function hasWeakPassword(trx: Queries, id: number): Promise<boolean> {
  const weak = trx.selectFrom("user").select("id").where("id", "=", id).where("weak_password", "=", 1);
  return (await weak.executeTakeFirst()) !== undefined;
}

/**
 * Changes role or activation and ends the user's sessions with it.
 *
 * @param expected  the version that must still be stored
 * @returns null when there is no such user, "last-admin" when nobody would be left to administer, "stale" when another
 *   version is stored, "weak-password" when the new role is for staff and the password is a weak one of API_EXTRA_USERS.
 *   Where no passwords are accepted (AUTH_PASSWORD=off), such a password is removed instead.
 */
const setAccess = (
  acceptsPasswords: boolean,
  id: number,
  change: { role?: Role; is_active?: boolean },
  expected?: number,
): Promise<UserRecord | null | "last-admin" | "stale" | "weak-password"> =>
  transaction(async (trx) => {
    // Without the lock, two admins who demote each other at once would each see the other still there.
    await lockName(trx, "accounts:admins");
    const before = await findUser(id, trx);
    if (!before) return null;
    if (expected !== undefined && before.version !== expected) return "stale";
    const role = change.role ?? before.role;
    // Such a password can be guessed, and would then give the rights of staff away.
    const isRisk = role !== before.role && role !== "user" && (await hasWeakPassword(trx, id));
    if (isRisk && acceptsPasswords) return "weak-password";
    const is_active = Number(change.is_active ?? before.is_active);
    if ((role !== "admin" || !is_active) && (await isOnlyAdmin(before, trx))) return "last-admin";
    const after = await trx
      .updateTable("user")
      .set((eb) => ({
        ...{ role, is_active, version: eb("version", "+", 1) },
        // The password is of no use now, and it must not work when passwords are accepted again.
        ...(isRisk && { password_hash: null, weak_password: 0 }),
      }))
      .where("id", "=", id)
      .returning(USER)
      .executeTakeFirst();
    await trx.deleteFrom("session").where("user_id", "=", id).execute();
    if (!is_active) await trx.deleteFrom("password_reset").where("user_id", "=", id).execute();
    return after ? toRecord(after) : null;
  });

/** Removes the user with its sessions, keys and linked accounts. @returns false for the last active admin */
const remove = (id: number, at: number, eraseTickets = false): Promise<boolean> =>
  transaction(async (trx) => {
    await lockName(trx, "accounts:admins");
    const user = await findUser(id, trx);
    if (await isOnlyAdmin(user, trx)) return false;
    if (user) await noteEnded(trx, at, "user", user);
    if (user && eraseTickets) await noteEnded(trx, at, "tickets", user);
    await trx.deleteFrom("user").where("id", "=", id).execute();
    return true;
  });

/** @returns false when the user is gone, or no longer at version `expected` */
async function setProfile(id: number, change: ProfileChange, expected?: number): Promise<boolean> {
  const { numUpdatedRows } = await query()
    .updateTable("user")
    .set((eb) => ({ ...changedColumns(PROFILE, change), version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .$if(expected !== undefined, (user) => user.where("version", "=", expected!))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Sets the password, ends every session and voids outstanding reset links and changes of address.
 *
 * @param keysEndedAt revokes every API key as of then; null leaves them
 * @returns how many sessions and keys ended
 */
const setPassword = (id: number, password_hash: string, keysEndedAt: number | null): Promise<EndedAccess> =>
  transaction(async (trx) => {
    await lockUser(trx, id);
    return replacePassword(trx, id, password_hash, keysEndedAt);
  });

/** As `setPassword`, under the lock of the user. Without a hash no password signs in until another is set. */
export async function replacePassword(
  trx: Queries,
  id: number,
  password_hash: string | null,
  keysEndedAt: number | null,
): Promise<EndedAccess> {
  await trx.updateTable("user").set({ password_hash, weak_password: 0 }).where("id", "=", id).execute();
  const sessions = await trx.deleteFrom("session").where("user_id", "=", id).executeTakeFirst();
  await trx.deleteFrom("password_reset").where("user_id", "=", id).execute();
  // Somebody who knew the password may have begun a change of address. Its link would let them reset the new password.
  await trx
    .updateTable("email_change")
    .set((eb) => ({ ended_at: eb.ref("created_at") }))
    .where("user_id", "=", id)
    .where("ended_at", "is", null)
    .execute();
  const keys = keysEndedAt === null ? [] : await revokeKeys(trx, id, keysEndedAt);
  return { sessions: Number(sessions.numDeletedRows), api_keys: keys.length };
}

async function revokeKeys(trx: Queries, userId: number, at: number): Promise<{ id: string }[]> {
  const keys = await trx
    .updateTable("api_key")
    .set({ revoked_at: at })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .returning("id")
    .execute();
  await noteEnded(trx, at, "key", ...keys);
  return keys;
}

/** Notes that a link sent to the address was opened. */
async function markVerified(id: number, at: number): Promise<void> {
  await query()
    .updateTable("user")
    .set({ email_verified: at })
    .where("id", "=", id)
    .where("email_verified", "is", null)
    .execute();
}

/** @param acceptsPasswords  false while AUTH_PASSWORD is off */
export const createUserChanges = (acceptsPasswords: boolean) => ({
  ...{ insert, remove, setProfile, setPassword, markVerified },
  setAccess: (id: number, change: { role?: Role; is_active?: boolean }, expected?: number) =>
    setAccess(acceptsPasswords, id, change, expected),
  /** Returns whether the user is the only active admin. */
  isLastAdmin: async (id: number): Promise<boolean> => isOnlyAdmin(await findUser(id)),
});
