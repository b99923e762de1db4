/**
 * Keeps rights that were removed after a backup from returning when it is restored: roles, passwords and accounts stay
 * as they are now.
 */
import type { Queries } from "@/lib/core/db";
import { keyOf, type PresentAccounts } from "./store.present";

const RANKS = ["user", "moderator", "admin"];

/** Names of the users that were changed, by what was changed. */
export type WithdrawnUsers = Record<"deleted" | "deactivated" | "lowered" | "passwords", string[]>;
/** Removes what other rooms keep of a user. */
export type EraseUser = (staged: Queries, userId: number) => Promise<void>;

/**
 * @param deleted  the users who were deleted since, as their notes name them
 * @param eraseRest  called for each of them
 */
export async function withdrawUsers(
  staged: Queries,
  present: PresentAccounts,
  deleted: ReadonlySet<string>,
  eraseRest: EraseUser,
): Promise<WithdrawnUsers> {
  const now = new Map(present.users.map((user) => [keyOf(user), user]));
  const withdrawn: WithdrawnUsers = { deleted: [], deactivated: [], lowered: [], passwords: [] };
  const users = await staged
    .selectFrom("user")
    .select(["id", "username", "role", "is_active", "password_hash", "created_at"])
    .execute();
  for (const user of users) {
    if (deleted.has(keyOf(user))) {
      withdrawn.deleted.push(user.username);
      await erase(staged, user.id);
      await eraseRest(staged, user.id);
      continue;
    }
    const current = now.get(keyOf(user));
    if (!current) continue;
    const isDeactivated = !current.is_active && user.is_active === 1;
    const isLowered = RANKS.indexOf(current.role) < RANKS.indexOf(user.role);
    const isChanged = current.password_hash !== user.password_hash;
    if (isDeactivated) withdrawn.deactivated.push(user.username);
    if (isLowered) withdrawn.lowered.push(`${user.username} (${current.role})`);
    if (isChanged) withdrawn.passwords.push(user.username);
    const change = {
      ...(isDeactivated && { is_active: 0 }),
      ...(isLowered && { role: current.role }),
      ...(isChanged && { password_hash: current.password_hash, weak_password: 0 }),
    };
    if (Object.keys(change).length > 0)
      await staged.updateTable("user").set(change).where("id", "=", user.id).execute();
  }
  return withdrawn;
}

/** Keeps the row, because others refer to it, but without a name, an address or a way to sign in. */
async function erase(staged: Queries, id: number): Promise<void> {
  await staged
    .updateTable("user")
    .set({
      ...{ username: `deleted-${id}`, email: `deleted-${id}@localhost`, fullname: "" },
      ...{ phone: null, birthday: null, gender: null, time_zone: null, clock: null },
      ...{ name: null, image: null, role: "user", password_hash: null, is_active: 0 },
    })
    .where("id", "=", id)
    .execute();
  for (const table of ["api_key", "account", "second_factor", "recovery_code", "passkey"] as const)
    await staged.deleteFrom(table).where("user_id", "=", id).execute();
}

/**
 * Keeps the present admins as admins if the backup has no other active admin.
 *
 * @returns their names; undefined when the backup has an active admin
 */
export async function keepAdmins(staged: Queries, present: PresentAccounts): Promise<string[] | undefined> {
  const isAdmin = staged.selectFrom("user").select("id").where("role", "=", "admin").where("is_active", "=", 1);
  if ((await isAdmin.limit(1).executeTakeFirst()) || present.users.length === 0) return undefined;
  const admins = new Set(present.users.filter((user) => user.role === "admin" && user.is_active === 1).map(keyOf));
  const kept: string[] = [];
  for (const user of await staged.selectFrom("user").select(["id", "username", "created_at"]).execute()) {
    if (!admins.has(keyOf(user))) continue;
    await staged.updateTable("user").set({ role: "admin", is_active: 1 }).where("id", "=", user.id).execute();
    kept.push(user.username);
  }
  return kept;
}
