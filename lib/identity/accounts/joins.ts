/**
 * Accounts for statements of other rooms: sub-queries to join or filter by, and reads that take part in another room's
 * transaction. The columns' names stay in this room.
 */
import { keepRows, type Queries, query, sql } from "@/lib/core/db";

/** Selects the ids of all accounts. */
export const userIds = (queries: Queries = query()) => queries.selectFrom("user").select("id");

/** Selects `id` and `username` of all accounts: join it by `userNames().as("u")`. */
export const userNames = (queries: Queries = query()) => queries.selectFrom("user").select(["id", "username"]);

/** Selects `id` and `role` of all accounts. */
export const userRoles = (queries: Queries = query()) => queries.selectFrom("user").select(["id", "role"]);

/** Selects `id` and `role` of the active accounts. */
export const activeUsers = (queries: Queries = query()) => userRoles(queries).where("is_active", "=", 1);

/**
 * Selects the ids of accounts that still belong to somebody. A restored backup keeps the row of an account that was
 * deleted after the backup, without its name, because other rows refer to it (lib/operations/backups).
 */
export const remainingUserIds = (queries: Queries = query()) =>
  userIds(queries).where((eb) =>
    eb.not(
      eb.and([
        eb("is_active", "=", 0),
        eb("password_hash", "is", null),
        eb("username", "=", sql<string>`'deleted-' || cast(id as text)`),
      ]),
    ),
  );

/** Selects what a conversation shows of a person. `active` is 1 for an active account, else 0. */
export const userCards = (queries: Queries = query()) =>
  queries.selectFrom("user").select(["id", "username", "fullname", "email", "image", "role", "is_active as active"]);

/** Keeps the account from being deleted until the transaction ends. @returns false when there is no such account */
export async function keepUser(trx: Queries, id: number): Promise<boolean> {
  return (await keepRows(userIds(trx).where("id", "=", id)).executeTakeFirst()) !== undefined;
}

/** Counts the accounts, or only those that are active. */
export async function countUsers(which: "all" | "active" = "all"): Promise<number> {
  const { users } = await query()
    .selectFrom("user")
    .select((eb) => eb.fn.countAll<number>().as("users"))
    .$if(which === "active", (all) => all.where("is_active", "=", 1))
    .executeTakeFirstOrThrow();
  return users;
}

/** Returns the address that an account's mail goes to, or null when it is gone or deactivated. */
export async function activeAddress(id: number): Promise<string | null> {
  const account = await query()
    .selectFrom("user")
    .select("email")
    .where("id", "=", id)
    .where("is_active", "=", 1)
    .executeTakeFirst();
  return account?.email ?? null;
}

/** Returns whether the deleted account's owner asked for its tickets to be erased with it. */
export async function hasErasedTickets(userId: number): Promise<boolean> {
  const noted = await query()
    .selectFrom("ended_access")
    .select("ref")
    .where("kind", "=", "tickets")
    .where("ref", "=", String(userId))
    .executeTakeFirst();
  return noted !== undefined;
}

/** Returns whether it is the address of an account whose owner has proved that it is theirs. */
export async function isVerifiedAddress(address: string): Promise<boolean> {
  const account = await query()
    .selectFrom("user")
    .select("id")
    .where((eb) => eb(eb.fn("lower", ["email"]), "=", eb.fn("lower", [eb.val(address)])))
    .where("email_verified", "is not", null)
    .limit(1)
    .executeTakeFirst();
  return account !== undefined;
}

/** Returns whether the account is an active admin's. */
export async function isActiveAdmin(id: number): Promise<boolean> {
  const admin = await activeUsers().where("id", "=", id).where("role", "=", "admin").executeTakeFirst();
  return admin !== undefined;
}
