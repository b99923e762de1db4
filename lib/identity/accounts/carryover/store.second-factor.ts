/**
 * Second factors stay as they are now when a backup is restored: one that was turned on since must not be lost, and a
 * recovery code or a challenge that was used since must not work again.
 */
import type { Queries } from "@/lib/core/db";
import { keyOf, type PresentAccounts } from "./store.present";

type Factors = {
  factors: { user_id: number; secret: string }[];
  passkeys: { user_id: number; credential_id: string }[];
};

/** The secrets and passkeys of each user, as text to compare. */
function byUser({ factors, passkeys }: Factors): Map<number, string> {
  const found = new Map(factors.map(({ user_id, secret }) => [user_id, [secret]]));
  for (const { user_id, credential_id } of passkeys)
    found.set(user_id, [...(found.get(user_id) ?? []), credential_id].sort());
  return new Map([...found].map(([id, keys]) => [id, keys.join()]));
}

/** @returns the names of the users whose second factors differ from the backup's */
export async function keepSecondFactors(staged: Queries, present: PresentAccounts): Promise<string[]> {
  const now = new Set(present.users.map(keyOf));
  const users = await staged.selectFrom("user").select(["id", "username", "created_at"]).execute();
  const names = new Map(users.filter((user) => now.has(keyOf(user))).map(({ id, username }) => [id, username]));
  const isKept = ({ user_id }: { user_id: number }) => names.has(user_id);

  const before = {
    factors: (await staged.selectFrom("second_factor").select(["user_id", "secret"]).execute()).filter(isKept),
    passkeys: (await staged.selectFrom("passkey").select(["user_id", "credential_id"]).execute()).filter(isKept),
  };
  for (const user_id of new Set([...before.factors, ...before.passkeys].map((one) => one.user_id)))
    for (const table of ["recovery_code", "second_factor", "passkey"] as const)
      await staged.deleteFrom(table).where("user_id", "=", user_id).execute();
  const after = { factors: present.factors.filter(isKept), passkeys: present.passkeys.filter(isKept) };
  for (const factor of after.factors) await staged.insertInto("second_factor").values(factor).execute();
  for (const passkey of after.passkeys) await staged.insertInto("passkey").values(passkey).execute();
  for (const code of present.recoveryCodes.filter(isKept))
    await staged.insertInto("recovery_code").values(code).execute();
  await keepSpentChallenges(staged, present);

  const [old, current] = [byUser(before), byUser(after)];
  return [...names].filter(([id]) => old.get(id) !== current.get(id)).map(([, name]) => name);
}

async function keepSpentChallenges(staged: Queries, { spentChallenges }: PresentAccounts): Promise<void> {
  for (const spent of spentChallenges)
    await staged
      .insertInto("spent_challenge")
      .values(spent)
      .onConflict((known) => known.doNothing())
      .execute();
}
