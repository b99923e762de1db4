/** Keeps credentials that ended after a backup from working again when it is restored: sessions, keys and links. */
import { keyOf as tagKeyOf } from "@/lib/core/contract.tag-keys";
import type { Queries } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { nonce } from "@/lib/identity/accounts/setup/store";
import { keyOf, type PresentAccounts } from "./store.present";

/** Ends every session of the staged database, and every link that was mailed. @returns how many sessions there were */
export async function endSessions(staged: Queries): Promise<number> {
  const { numDeletedRows } = await staged.deleteFrom("session").executeTakeFirst();
  const links = ["password_reset", "email_verification", "email_change", "notice_link", "pending_account"] as const;
  for (const table of [...links, "invitation"] as const) await staged.deleteFrom(table).execute();
  return Number(numDeletedRows);
}

/** Adds the credentials that ended since the backup to its ledger. */
export async function carryEnded(staged: Queries, present: PresentAccounts): Promise<(kind: string) => string[]> {
  if (present.setupNonce === null) await nonce.remove(undefined, staged);
  for (const ended of present.ended)
    await staged
      .insertInto("ended_access")
      .values(ended)
      .onConflict((noted) => noted.doNothing())
      .execute();
  const all = await staged.selectFrom("ended_access").select(["kind", "ref"]).execute();
  return (kind) => all.filter((ended) => ended.kind === kind).map((ended) => ended.ref);
}

/** @returns the names of the keys that are valid in the backup */
export async function withdrawKeys(staged: Queries, ids: string[]): Promise<string[]> {
  const names: string[] = [];
  for (const id of ids) {
    const key = await staged
      .deleteFrom("api_key")
      .where("id", "=", id)
      .returning(["name", "revoked_at"])
      .executeTakeFirst();
    if (key?.revoked_at === null) names.push(key.name);
  }
  return names;
}

/**
 * Gives keys that were rotated since the backup their present secret: the one before must not work again.
 *
 * @returns the names of the keys whose secret differs from the backup's
 */
export async function keepRotations(staged: Queries, { rotatedKeys }: PresentAccounts): Promise<string[]> {
  const names: string[] = [];
  for (const { id, ...secret } of rotatedKeys) {
    const kept = await staged
      .updateTable("api_key")
      .set(secret)
      .where("id", "=", id)
      .where("key_hash", "<>", secret.key_hash)
      .returning("name")
      .executeTakeFirst();
    if (kept) names.push(kept.name);
  }
  return names;
}

/** The tags that API keys of people are limited to, in the spelling by which they are compared. */
export async function readKeyTags(staged: Queries): Promise<string[]> {
  const keys = await staged.selectFrom("api_key").select("tags").where("tags", "is not", null).execute();
  return keys.flatMap(({ tags }) => readJson<string[]>(tags!)).map(tagKeyOf);
}

/** @returns the accounts at providers that are linked in the backup */
export async function withdrawLinks(staged: Queries, refs: string[]): Promise<string[]> {
  const unlinked: string[] = [];
  for (const ref of refs) {
    const [userId = "", provider = "", ...rest] = ref.split(":");
    const id = rest.join(":");
    const { numDeletedRows } = await staged
      .deleteFrom("account")
      .where("user_id", "=", Number(userId))
      .where("provider", "=", provider)
      .where("provider_account_id", "=", id)
      .executeTakeFirst();
    if (numDeletedRows > 0n) unlinked.push(`${provider} ${id}`);
  }
  return unlinked;
}

/** Copies the session of the person who restores into the staged database. */
export async function keepSession(staged: Queries, { session, users }: PresentAccounts): Promise<boolean> {
  const owner = session && users.find((user) => user.id === session.user_id);
  if (!session || !owner) return false;
  const found = await staged
    .selectFrom("user")
    .select(["id", "created_at", "is_active"])
    .where("id", "=", owner.id)
    .executeTakeFirst();
  if (!found?.is_active || keyOf(found) !== keyOf(owner)) return false;
  await staged.insertInto("session").values(session).execute();
  return true;
}
