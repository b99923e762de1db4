/** Accounts that are linked to the directory, and whether it has disabled them. */
import { query } from "@/lib/core/db";
import { toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

export type DirectoryAccount = {
  user: UserRecord;
  /** The lasting id of the entry. */
  id: string;
  founding: boolean;
  disabled_at: number | null;
};

async function list(provider: string): Promise<DirectoryAccount[]> {
  const rows = await query()
    .selectFrom("account")
    .innerJoin("user", "user.id", "account.user_id")
    .select(["founding", "provider_account_id", "disabled_at", ...USER.map((column) => `user.${column}` as const)])
    .where("provider", "=", provider)
    .orderBy("user.id")
    .execute();
  return rows.map(({ founding, provider_account_id, disabled_at, ...user }) => ({
    ...{ user: toRecord(user), id: provider_account_id, founding: founding === 1, disabled_at },
  }));
}

/** Notes that the directory disabled an account, or no longer does. */
async function mark(provider: string, id: string, disabled_at: number | null): Promise<void> {
  await query()
    .updateTable("account")
    .set({ disabled_at })
    .where("provider", "=", provider)
    .where("provider_account_id", "=", id)
    .execute();
}

export const createDirectoryStore = () => ({ list, mark });
export type DirectoryStore = ReturnType<typeof createDirectoryStore>;
