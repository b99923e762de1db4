/** Rules of changing passwords, and of confirming an action with one's password (000 Authentication APIs). */
import { type Actor, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { Secured } from "@/lib/identity/accounts/contract.passwords";
import type { DirectoryAccounts } from "@/lib/identity/accounts/directory/service.sign-in";
import type { LinkStore } from "@/lib/identity/accounts/links/store";
import type { Passwords } from "@/lib/identity/accounts/sign-in/passwords";
import { refuseWeak } from "@/lib/identity/accounts/sign-in/strength";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import { createResets, type ResetDeps } from "./service.resets";

type ConfirmDeps = {
  users: Pick<UserStore, "find">;
  passwords: Pick<Passwords, "verify">;
  throttle: Pick<Throttle, "guard">;
  directory?: Pick<DirectoryAccounts, "name" | "isLinked" | "verify">;
};
type ReplaceDeps = {
  users: Pick<UserStore, "setPassword">;
  links: Pick<LinkStore, "allOf">;
  emit: Emit;
  now: Clock;
};
type Deps = ConfirmDeps & ReplaceDeps & ResetDeps;

/**
 * The account behind the actor, proved by its password. Failures count like failed sign-ins: a stolen session must not
 * become a way to guess.
 *
 * @throws AppError INVALID_INPUT naming `field` when the password is wrong
 * @throws AppError RATE_LIMITED after too many failures
 */
async function confirm(deps: ConfirmDeps, actor: Actor, password: string, field: string): Promise<UserRecord> {
  const { user_id } = asUser(actor, "admin");
  const user = await deps.users.find(user_id);
  if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
  const { password_hash } = user;
  const { directory } = deps;
  const isLinked = await directory?.isLinked(user_id);
  if (!password_hash && !isLinked)
    throw invalid(field, "this account has no password yet; set one by way of the reset link (Forgot password)");
  const right = await deps.throttle.guard({ confirm: user_id }, () =>
    isLinked ? directory!.verify(user_id, password) : deps.passwords.verify(password_hash, password),
  );
  if (!right) logSecurity("password_confirmation_failed", actorFields(actor));
  if (!right) throw invalid(field, "is not your password");
  return user;
}

/** Stores another password, which ends every session of the user, and says which ways in are left. */
async function replace(deps: ReplaceDeps, userId: number, passwordHash: string, endKeys: boolean): Promise<Secured> {
  const ended = await deps.users.setPassword(userId, passwordHash, endKeys ? deps.now() : null);
  deps.emit("access.revoked", { user_id: userId });
  deps.emit("account.secured", { user_id: userId, change: "password", name: "" });
  const linked = await deps.links.allOf(userId);
  return { success: true, ended, linked: linked.map(({ provider, username }) => ({ provider, username })) };
}

export function createPasswordService(deps: Deps) {
  return {
    confirm: (actor: Actor, password: string, field: string) => confirm(deps, actor, password, field),

    /**
     * Replaces the password and ends every session of the user, this one included; API keys on request.
     *
     * @throws AppError INVALID_INPUT  the old password is wrong, the new one is the same, or it is the directory's
     * @throws AppError RATE_LIMITED   after too many failures
     */
    async change(
      actor: Actor,
      input: { old_password: string; new_password: string; end_api_keys?: boolean },
    ): Promise<Secured> {
      const { directory } = deps;
      if (await directory?.isLinked(asUser(actor, "admin").user_id))
        throw invalid("new_password", `you sign in with your password of the ${directory!.name}: change it there`);
      const user = await confirm(deps, actor, input.old_password, "old_password");
      if (input.old_password === input.new_password) throw invalid("new_password", "must differ from the old one");
      await refuseWeak(input.new_password, "new_password", user);
      const passwordHash = await deps.passwords.hash(input.new_password);
      const end_api_keys = input.end_api_keys ?? false;
      describeAct({ target: accountTarget(user), after: { password: "another one", end_api_keys } });
      const secured = await replace(deps, user.id, passwordHash, end_api_keys);
      logSecurity("password_changed", { ...actorFields(actor), ...secured.ended });
      return secured;
    },

    ...createResets({ ...deps, replace: (userId, passwordHash) => replace(deps, userId, passwordHash, true) }),
  };
}

export type PasswordService = ReturnType<typeof createPasswordService>;
