/**
 * Accounts for statements of other rooms: sub-queries to join or filter by, and reads that take part in another room's
 * transaction. The columns' names stay in this room.
 */
import { keepRows, type Queries, query, sql } from "@/lib/core/db";

/** Selects the ids of all accounts. */
export const userIds = (queries: Queries = query()) => queries.selectFrom("user").select("id");

/** Selects `id` and `username` of all accounts: join it by `userNames().as("u")`. */
export const userNames = (queries: Queries = query()) => queries.selectFrom("user").select(["id", "username"]);

/** Selects where sign-ins came from: `id`, `ip` and `user_agent`. */
export const signInOrigins = (queries: Queries = query()) =>
  queries.selectFrom("session").select(["id", "ip", "user_agent"]);

/** Selects the `discord_id` of accounts that are linked to one, by `user_id`. */
export const discordIds = (queries: Queries = query()) =>
  queries
    .selectFrom("account")
    .select(["user_id", "provider_account_id as discord_id"])
    .where("provider", "=", "discord");

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

/** Selects what the community sees of a person: names, and the Discord id and picture of those who have linked one. */
export const communityCards = (queries: Queries = query()) =>
  queries
    .selectFrom("user")
    .leftJoin("account", (join) => join.onRef("account.user_id", "=", "user.id").on("account.provider", "=", "discord"))
    .select(["user.id as id", "user.username as username", "user.fullname as fullname"])
    .select(["account.provider_account_id as discord_id", "account.avatar as avatar"]);

/** Selects the id of the account that a Discord id is linked to. */
export const discordAccounts = (discordId: string, queries: Queries = query()) =>
  queries
    .selectFrom("account")
    .select("user_id")
    .where("provider", "=", "discord")
    .where("provider_account_id", "=", discordId);

/** Returns an active account, for what acts in a person's name while nobody is signed in. */
export const activePerson = (id: number) =>
  userCards().where("id", "=", id).where("is_active", "=", 1).executeTakeFirst();

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

/** Finds an account by its id, or by its username in any case. */
export async function findAccount(by: {
  user_id?: number;
  username?: string;
}): Promise<{ id: number; username: string } | undefined> {
  const { user_id, username = "" } = by;
  const rows = user_id === undefined ? [] : await userNames().where("id", "=", user_id).execute();
  if (user_id !== undefined) return rows[0];
  return userNames()
    .where((eb) => eb(eb.fn("lower", ["username"]), "=", eb.fn("lower", [eb.val(username)])))
    .executeTakeFirst();
}

/** Returns whether the account has an authenticator app that was confirmed, or a passkey. */
export async function hasSecondFactor(id: number): Promise<boolean> {
  const factors = await query()
    .selectFrom("second_factor")
    .select("user_id")
    .where("user_id", "=", id)
    .where("confirmed_at", "is not", null)
    .unionAll(query().selectFrom("passkey").select("user_id").where("user_id", "=", id))
    .execute();
  return factors.length > 0;
}

/** Returns whether the account is an active admin's. */
export async function isActiveAdmin(id: number): Promise<boolean> {
  const admin = await activeUsers().where("id", "=", id).where("role", "=", "admin").executeTakeFirst();
  return admin !== undefined;
}
