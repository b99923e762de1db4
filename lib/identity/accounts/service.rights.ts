/** Changes of people's roles and activation, by admins. */
import type { z } from "zod";
import { type Actor, asAdmin } from "@/lib/core/actor";
import { accountTarget, describeUpdate } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { staleUpdate } from "@/lib/core/versions";
import type { UserProfile, updateUser } from "./contract";
import { findNamed, type LookupDeps, noUser } from "./service.lookups";
import type { UserStore } from "./store";
import { toProfile } from "./store.rows";

export type RightsDeps = LookupDeps & { users: Pick<UserStore, "find" | "setAccess">; emit: Emit };
type AccessChange = Omit<z.infer<typeof updateUser.body>, "version">;

export const lastAdmin = () =>
  new AppError("CONFLICT", "This is the last active admin: make someone else an admin first", { field: "role" });

const weakPassword = () =>
  new AppError(
    "CONFLICT",
    "This account still has its weak password of API_EXTRA_USERS: the person has to choose a new one first, for which you can create a reset link",
    { field: "role" },
  );

const accessOf = ({ role, is_active }: UserProfile) => ({ role, is_active });

export function createRights(deps: RightsDeps) {
  const { users, emit } = deps;
  return {
    /**
     * Changes a user's role or activation and ends its sessions: rights never outlive the session that carried them.
     *
     * @throws AppError FORBIDDEN      the caller is no admin
     * @throws AppError NOT_FOUND      no such user
     * @throws AppError CONFLICT       nobody would be left to administer, another version than `edited` is stored, or somebody with
     *   a weak password of API_EXTRA_USERS would become staff
     * @throws AppError INVALID_INPUT  neither role nor is_active was sent
     */
    async updateUser(actor: Actor, userId: string, change: AccessChange, edited?: number): Promise<UserProfile> {
      asAdmin(actor, "admin");
      if (change.role === undefined && change.is_active === undefined) throw invalid("role", "send role or is_active");
      const record = await findNamed(deps, actor, userId);
      if (!record) throw noUser(userId);
      const before = toProfile(record);
      const { role = before.role, is_active = before.is_active } = change;
      const isSame = role === before.role && is_active === before.is_active;
      describeUpdate(accountTarget(before), accessOf(before), change);
      if (isSame && (edited ?? before.version) === before.version) return before;
      const changed = await users.setAccess(before.id, change, edited);
      if (changed === null) throw noUser(userId);
      if (changed === "last-admin") throw lastAdmin();
      if (changed === "weak-password") throw weakPassword();
      if (changed === "stale") {
        const now = toProfile((await users.find(before.id)) ?? record);
        throw staleUpdate("The account", { version: now.version, value: accessOf(now) }, edited!, change);
      }
      const after = toProfile(changed);
      emit("access.revoked", { user_id: before.id });
      if (after.role !== before.role) emit("account.secured", { user_id: before.id, change: "role", name: after.role });
      const steps = { from: accessOf(before), to: accessOf(after) };
      logSecurity("role_changed", { ...actorFields(actor), user_id: before.id, ...steps });
      return after;
    },
  };
}
