/**
 * Second factors stay as they are now when a backup is restored: one that was turned on since must not be lost, and a
 * recovery code that was used since must not work again.
 */
import type { Queries } from "@/lib/core/db";
import { keyOf, type PresentAccounts } from "./store.present";

/** @returns the names of the users whose second factor differs from the backup's */
export async function keepSecondFactors(staged: Queries, present: PresentAccounts): Promise<string[]> {
  const now = new Map(present.users.map((user) => [keyOf(user), user.id]));
  const changed: string[] = [];
  for (const user of await staged.selectFrom("user").select(["id", "username", "created_at"]).execute()) {
    const id = now.get(keyOf(user));
    if (id === undefined) continue;
    const before = await staged
      .selectFrom("second_factor")
      .select("secret")
      .where("user_id", "=", id)
      .executeTakeFirst();
    for (const table of ["second_factor", "recovery_code"] as const)
      await staged.deleteFrom(table).where("user_id", "=", id).execute();
    const factor = present.factors.find((one) => one.user_id === id);
    const codes = present.recoveryCodes.filter((one) => one.user_id === id);
    if (factor) await staged.insertInto("second_factor").values(factor).execute();
    if (codes.length > 0) await staged.insertInto("recovery_code").values(codes).execute();
    if (before?.secret !== factor?.secret) changed.push(user.username);
  }
  return changed;
}
