/** Rules of the administration of accounts: admins create accounts, send links, end sessions. */
import type { z } from "zod";
import { type Actor, asAdmin, type UserActor } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { lastingSessions, type SessionDeps, toSession } from "@/lib/identity/accounts/credentials/service.sessions";
import type { DirectoryAccounts } from "@/lib/identity/accounts/directory/service.sign-in";
import type { PasswordService } from "@/lib/identity/accounts/passwords/service";
import { findVisible, type LookupDeps } from "@/lib/identity/accounts/service.lookups";
import { takenAsInvalid } from "@/lib/identity/accounts/service.registration";
import { createRemoval, type RemovalDeps } from "@/lib/identity/accounts/service.removal";
import { noPasswordAccount, noResetLink } from "@/lib/identity/accounts/sign-in/gate";
import type { UserStore } from "@/lib/identity/accounts/store";
import { toProfile, type UserRecord } from "@/lib/identity/accounts/store.rows";
import type { createUser } from "./contract";

const DAY_MS = 86_400_000;
const FIRST_PASSWORD_MS = 7 * DAY_MS;

type Delivery = "mail" | "link";
type Deps = LookupDeps &
  RemovalDeps & {
    users: Pick<UserStore, "insert">;
    access: SessionDeps["access"];
    policy: SessionDeps["policy"];
    issueLink: PasswordService["issueLink"];
    /** Whether people can sign in with a password. */
    acceptsPasswords: boolean;
    directory?: Pick<DirectoryAccounts, "name" | "isLinked">;
    emit: Emit;
    now: Clock;
  };

/** The account that a path names, for an admin who may change it. @throws AppError FORBIDDEN, NOT_FOUND */
async function target(deps: LookupDeps, actor: Actor, userId: string): Promise<{ admin: UserActor; user: UserRecord }> {
  const admin = asAdmin(actor, "admin");
  return { admin, user: await findVisible(deps, actor, userId) };
}

function createSessionRules(deps: Deps) {
  const { access, emit } = deps;
  return {
    /** The sessions of a user, newest first. @throws AppError FORBIDDEN, NOT_FOUND */
    async listUserSessions(actor: Actor, userId: string) {
      const { session_id } = asAdmin(actor);
      const user = await findVisible(deps, actor, userId);
      const sessions = (await lastingSessions(deps, user.id)).map((session) => toSession(session, session_id));
      return { sessions, count: sessions.length };
    },

    /** Ends every session of a user but the caller's own. @returns how many ended @throws AppError FORBIDDEN, NOT_FOUND */
    async endUserSessions(actor: Actor, userId: string): Promise<number> {
      const { admin, user } = await target(deps, actor, userId);
      describeAct({ target: accountTarget(user) });
      const ended = await access.deleteSessions(user.id, admin.session_id);
      for (const session_id of ended) emit("access.revoked", { user_id: user.id, session_id });
      logSecurity("session_ended", { ...actorFields(actor), user_id: user.id, ended: ended.length });
      return ended.length;
    },

    /** Ends one session of a user. @throws AppError FORBIDDEN, NOT_FOUND */
    async endUserSession(actor: Actor, userId: string, sessionId: string): Promise<void> {
      const { user } = await target(deps, actor, userId);
      describeAct({ target: accountTarget(user), before: { session: sessionId } });
      if (!(await access.deleteSession(user.id, sessionId)))
        throw new AppError("NOT_FOUND", `This user has no session ${sessionId}`);
      emit("access.revoked", { user_id: user.id, session_id: sessionId });
      logSecurity("session_ended", { ...actorFields(actor), user_id: user.id, ended_session_id: sessionId });
    },
  };
}

export function createAdministration(deps: Deps) {
  const { users, issueLink, acceptsPasswords, now } = deps;
  const remove = createRemoval(deps);
  return {
    ...createSessionRules(deps),

    /**
     * Makes an account without a password, and a link by which its owner chooses one.
     *
     * @throws AppError FORBIDDEN      unless an admin asks
     * @throws AppError CONFLICT       AUTH_PASSWORD is off, so that a password would be of no use
     * @throws AppError INVALID_INPUT  username or email address is taken
     */
    async createUser(actor: Actor, { delivery, ...account }: z.output<typeof createUser.body>) {
      asAdmin(actor, "admin");
      if (!acceptsPasswords) throw noPasswordAccount();
      const user = await users.insert({ ...account, password_hash: null, created_at: now() }).catch((error) => {
        throw takenAsInvalid(error);
      });
      logSecurity("user_created", { ...actorFields(actor), created_user_id: user.id, role: user.role });
      return { user: toProfile(user), ...(await linkFor(deps, user, FIRST_PASSWORD_MS, delivery)) };
    },

    /**
     * Makes a link by which a user chooses another password. Until it is used, the password stays as it is.
     *
     * @throws AppError FORBIDDEN, NOT_FOUND
     * @throws AppError CONFLICT      the account is deactivated, or AUTH_PASSWORD is off
     * @throws AppError RATE_LIMITED  too many links for this account
     */
    async createResetLink(actor: Actor, userId: string, delivery: Delivery) {
      const { user } = await target(deps, actor, userId);
      if (!acceptsPasswords) throw noResetLink();
      if (!user.is_active) throw new AppError("CONFLICT", "This account is deactivated: activate it first");
      if (await deps.directory?.isLinked(user.id))
        throw new AppError(
          "CONFLICT",
          `This person's password is the one of the ${deps.directory!.name}: reset it there`,
        );
      describeAct({ target: accountTarget(user), after: { delivery } });
      const made = await linkFor({ issueLink }, user, DAY_MS, delivery);
      logSecurity("password_reset_requested", { ...actorFields(actor), user_id: user.id, delivery });
      return made;
    },

    /**
     * Deletes a user's account.
     *
     * @throws AppError FORBIDDEN, NOT_FOUND
     * @throws AppError CONFLICT  it owns bots and `delete_bots` is not set, it is the last active admin, or the caller's own
     */
    async deleteUser(
      actor: Actor,
      userId: string,
      choice: { delete_bots: boolean; transfer_to?: number },
    ): Promise<void> {
      const { admin, user } = await target(deps, actor, userId);
      if (admin.user_id === user.id)
        throw new AppError("CONFLICT", "This is your own account: delete it on the page Account");
      const { role, is_active } = user;
      describeAct({ target: accountTarget(user), before: { role, is_active }, after: choice });
      await remove(actor, user.id, choice);
      logSecurity("account_deleted", { ...actorFields(actor), deleted_user_id: user.id, username: user.username });
    },
  };
}

async function linkFor({ issueLink }: Pick<Deps, "issueLink">, user: UserRecord, ms: number, delivery: Delivery) {
  const { link, expires_at, isMailed } = await issueLink(user, { ms, isMailed: delivery === "mail" });
  return { link: isMailed ? null : link, link_expires_at: iso(expires_at) };
}
