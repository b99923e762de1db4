/** Links of mailed notices. Only hashes of their tokens are stored. */
import { lockName, type Queries, query, type Row, transaction } from "@/lib/core/db";
import { moveTo } from "@/lib/identity/accounts/addresses/store";
import type { EndedAccess } from "@/lib/identity/accounts/contract.passwords";
import { noteEnded } from "@/lib/identity/accounts/credentials/store.ended";
import { hasFactor, writeCodes } from "@/lib/identity/accounts/second-factor/store";
import { noteProved } from "@/lib/identity/accounts/sign-in/record";
import { isFreeAddress, replacePassword } from "@/lib/identity/accounts/store.changes";
import { findUser, lockUser } from "@/lib/identity/accounts/store.read";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";

type NoticeLink = Row<"notice_link">;
/** `restored`: the account has its old address back. `address`: where the notice was sent, if it was about the address. */
type Disowned = { user: UserRecord; ended: EndedAccess; restored: boolean; address: string | null };

async function insert(link: NoticeLink): Promise<void> {
  await query().insertInto("notice_link").values(link).execute();
}

/** Gives the account its earlier address back. @returns false when it has that already, or another account has it */
async function restore(trx: Queries, user: UserRecord, email: string | null, at: number): Promise<boolean> {
  if (email === null || user.email === email) return false;
  await lockName(trx, "accounts:names");
  if (!(await isFreeAddress(trx, email, { at, own: user.id }))) return false;
  await moveTo(trx, user.id, email, at);
  return true;
}

/**
 * Spends a link and takes away all access that does not need the person: sessions, keys, the password, links that were
 * mailed. Later links end too, because they may have gone to the mailbox of whoever changed the address.
 *
 * @returns null when the link is unknown, used or expired
 */
const disown = (tokenHash: string, at: number): Promise<Disowned | null> =>
  transaction(async (trx) => {
    const known = trx.selectFrom("notice_link").select("user_id").where("token_hash", "=", tokenHash);
    const owner = await known.executeTakeFirst();
    if (!owner || !(await lockUser(trx, owner.user_id))) return null;
    const link = await trx
      .deleteFrom("notice_link")
      .where("token_hash", "=", tokenHash)
      .where("expires_at", ">", at)
      .returning(["user_id", "restore_email", "created_at"])
      .executeTakeFirst();
    const before = link && (await findUser(link.user_id, trx));
    if (!before) return null;
    noteProved(before);
    const restored = await restore(trx, before, link.restore_email, at);
    const ended = await replacePassword(trx, before.id, null, at);
    await trx.deleteFrom("email_verification").where("user_id", "=", before.id).execute();
    await trx
      .deleteFrom("notice_link")
      .where("user_id", "=", before.id)
      .where((eb) => eb.or([eb("created_at", ">=", link.created_at), eb("restore_email", "=", link.restore_email)]))
      .execute();
    return { user: (await findUser(before.id, trx))!, ended, restored, address: link.restore_email };
  });

/** The account of a removal token; undefined when it is unknown or has expired. */
async function forRemoval(tokenHash: string, at: number): Promise<UserRecord | undefined> {
  const link = await query()
    .selectFrom("notice_link")
    .select("user_id")
    .where("token_hash", "=", tokenHash)
    .where("expires_at", ">", at)
    .executeTakeFirst();
  return link && ((await findUser(link.user_id)) ?? undefined);
}

/**
 * Removes a passkey or a linked account, also the last one: the account's mailbox has a link to choose a password.
 *
 * @returns false when the account has no such thing
 */
const removeWay = (userId: number, kind: "passkey" | "linked", id: string, at: number): Promise<boolean> =>
  transaction(async (trx) => {
    await lockUser(trx, userId);
    if (kind === "passkey") {
      const removed = trx.deleteFrom("passkey").where("id", "=", id).where("user_id", "=", userId);
      if ((await removed.executeTakeFirst()).numDeletedRows === 0n) return false;
      // Without a second factor, its recovery codes are of no use.
      if (!(await hasFactor(userId, trx))) await writeCodes(trx, userId, []);
      return true;
    }
    const link = await trx
      .deleteFrom("account")
      .where("id", "=", id)
      .where("user_id", "=", userId)
      .returning(["user_id", "provider", "provider_account_id"])
      .executeTakeFirst();
    if (link) await noteEnded(trx, at, "link", link);
    return link !== undefined;
  });

async function sweep(at: number): Promise<void> {
  await query().deleteFrom("notice_link").where("expires_at", "<=", at).execute();
}

export const createNoticeStore = () => ({ insert, disown, forRemoval, removeWay, sweep });

export type NoticeStore = ReturnType<typeof createNoticeStore>;
