/** Reads of users. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { containsInAnyCase, inList, lockRows, type Queries, query, readPage } from "@/lib/core/db";
import type { Cursor } from "@/lib/core/pages";
import type { Role } from "./contract";
import { canonicalAddress } from "./contract.address";
import { toRecord, USER, type UserRecord } from "./store.rows";

const LIST_CAP = 10_000;
const SEARCH_CAP = 100;

const users = (queries: Queries) => queries.selectFrom("user").select(USER);

export async function findUser(id: number, queries = query()): Promise<UserRecord | null> {
  const row = await users(queries).where("id", "=", id).executeTakeFirst();
  return row ? toRecord(row) : null;
}

/**
 * Locks the user's row until the transaction ends, so that a count of its sessions, keys or links stays valid.
 *
 * @returns false when the user is gone
 */
export async function lockUser(trx: Queries, id: number): Promise<boolean> {
  return (await lockRows(trx.selectFrom("user").select("id").where("id", "=", id)).executeTakeFirst()) !== undefined;
}

/** Finds a username in any letter case: "Ada" and "ada" could pass for each other, so only one may exist. */
export async function idByUsername(username: string, queries = query()): Promise<number | undefined> {
  const names = queries.selectFrom("user").select(["id", "username"]);
  // SQLite's lower(), and PostgreSQL's in some locales, change only ASCII letters.
  const rows = /^[ -~]*$/.test(username)
    ? await names.where((eb) => eb(eb.fn("lower", ["username"]), "=", username.toLowerCase())).execute()
    : await names.where((eb) => eb(eb.fn("octet_length", ["username"]), "<>", eb.fn("length", ["username"]))).execute();
  return rows.find((row) => row.username.toLowerCase() === username.toLowerCase())?.id;
}

/** Finds a user by username or email address, ignoring case. A username contains no @, so the two cannot collide. */
async function findByLogin(login: string): Promise<UserRecord | null> {
  const name = login.trim();
  const isAddress = name.includes("@");
  const row = await users(query())
    .where(isAddress ? "email" : "username", "=", isAddress ? canonicalAddress(name) : name)
    .executeTakeFirst();
  if (row) return toRecord(row);
  const id = isAddress ? undefined : await idByUsername(name);
  return id === undefined ? null : findUser(id);
}

/** Accounts with an authenticator app or a passkey, as a condition on `user.id`. */
const withFactor = (eb: ExpressionBuilder<Tables, "user">) =>
  eb.or([
    eb.exists(
      eb
        .selectFrom("second_factor")
        .select("second_factor.user_id")
        .whereRef("second_factor.user_id", "=", "user.id")
        .where("confirmed_at", "is not", null),
    ),
    eb.exists(eb.selectFrom("passkey").select("passkey.user_id").whereRef("passkey.user_id", "=", "user.id")),
  ]);

/** Returns which of these accounts have a second factor. */
async function factorsOf(ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await query().selectFrom("user").select("id").where("id", "in", inList(ids)).where(withFactor).execute();
  return new Set(rows.map(({ id }) => id));
}

type ListFilter = {
  second_factor?: "none" | "any";
  search?: string;
  role?: Role;
  ids?: readonly number[];
  limit?: number;
  after?: Cursor;
};

/** A page of accounts, oldest first; without a limit the oldest 10,000. */
function page({ search, role, ids, second_factor, limit = LIST_CAP, after }: ListFilter = {}) {
  const found = users(query())
    .$if(Boolean(search), (all) =>
      all.where((eb) =>
        eb.or((["username", "email", "fullname"] as const).map((field) => containsInAnyCase(eb.ref(field), search!))),
      ),
    )
    .$if(role !== undefined, (all) => all.where("role", "=", role!))
    .$if(second_factor !== undefined, (all) =>
      all.where("is_active", "=", 1).where((eb) => (second_factor === "any" ? withFactor(eb) : eb.not(withFactor(eb)))),
    )
    .$if(ids !== undefined, (all) => all.where("id", "in", inList(ids!)));
  return readPage(found, { by: ["id"], direction: "asc" }, { after, limit });
}

/** The oldest accounts, at most 10,000. */
const list = async (): Promise<UserRecord[]> => (await page()).rows.map(({ row }) => toRecord(row));

/** Users whose name or address holds the text, in any case, at most 100. */
async function search(text: string): Promise<UserRecord[]> {
  const rows = await users(query())
    .where((eb) => eb.or([containsInAnyCase(eb.ref("username"), text), containsInAnyCase(eb.ref("email"), text)]))
    .orderBy("id")
    .limit(SEARCH_CAP)
    .execute();
  return rows.map(toRecord);
}

/** Names by id. */
async function usernames(ids: number[]): Promise<Map<number, string>> {
  const rows = await query().selectFrom("user").select(["id", "username"]).where("id", "in", inList(ids)).execute();
  return new Map(rows.map(({ id, username }) => [id, username]));
}

/** The user's id at Discord, when one is linked. */
async function discordId(id: number): Promise<string | null> {
  const linked = await query()
    .selectFrom("account")
    .select("provider_account_id")
    .where("user_id", "=", id)
    .where("provider", "=", "discord")
    .executeTakeFirst();
  return linked?.provider_account_id ?? null;
}

export const activeAdmins = (queries = query()) =>
  users(queries).where("role", "=", "admin").where("is_active", "=", 1).orderBy("id");

/** Returns the oldest active admin, as which API_TOKEN acts. */
async function oldestAdmin(): Promise<UserRecord | null> {
  const row = await activeAdmins().limit(1).executeTakeFirst();
  return row ? toRecord(row) : null;
}

/** Returns whether anybody is this server's admin. */
const isClaimed = async (): Promise<boolean> => (await oldestAdmin()) !== null;

export const userReads = {
  find: findUser,
  findByLogin,
  page,
  list,
  search,
  usernames,
  factorsOf,
  discordId,
  oldestAdmin,
  isClaimed,
};
