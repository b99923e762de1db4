/**
 * Second factors stay as they are now when a backup is restored: one that was turned on since must not be lost, and a
 * recovery code that was used since must not work again.
 */
import type { Queries } from "@/lib/core/db";
import { keyOf, type PresentAccounts } from "./store.present";

/** @returns the names of the users whose second factor differs from the backup's */
export async function keepSecondFactors(staged: Queries, present: PresentAccounts): Promise<string[]> {
  const now = new Set(present.users.map(keyOf));
  const users = await staged.selectFrom("user").select(["id", "username", "created_at"]).execute();
  const names = new Map(users.filter((user) => now.has(keyOf(user))).map(({ id, username }) => [id, username]));
  const isKept = ({ user_id }: { user_id: number }) => names.has(user_id);

  const before = (await staged.selectFrom("second_factor").select(["user_id", "secret"]).execute()).filter(isKept);
  for (const { user_id } of before)
    for (const table of ["recovery_code", "second_factor"] as const)
      await staged.deleteFrom(table).where("user_id", "=", user_id).execute();
  const after = present.factors.filter(isKept);
  for (const factor of after) await staged.insertInto("second_factor").values(factor).execute();
  for (const code of present.recoveryCodes.filter(isKept))
    await staged.insertInto("recovery_code").values(code).execute();

  const [old, current] = [before, after].map((factors) => new Map(factors.map((one) => [one.user_id, one.secret])));
  return [...names].filter(([id]) => old?.get(id) !== current?.get(id)).map(([, name]) => name);
}
