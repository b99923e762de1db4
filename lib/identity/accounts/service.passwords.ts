/** Rules of changing, forgetting and resetting passwords (000 Authentication APIs). */
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { Mail } from "@/lib/core/mail";
import type { Secured } from "./contract";
import type { AccessStore } from "./credentials/store";
import type { LinkStore } from "./links/store";
import type { Passwords } from "./sign-in/passwords";
import { refuseWeak } from "./sign-in/strength";
import type { Throttle } from "./sign-in/throttle";
import type { UserStore } from "./store";
import type { UserRecord } from "./store.rows";

const RESET_MS = 3_600_000;
/** Reset mails an account gets in an hour at most: nobody's mailbox is flooded through this server. */
const MAX_RESETS = 3;

type Deps = {
  users: Pick<UserStore, "find" | "findByLogin" | "setPassword" | "markVerified">;
  access: Pick<AccessStore, "insertReset" | "resetOwner" | "takeReset">;
  passwords: Passwords;
  throttle: Throttle;
  links: Pick<LinkStore, "ofUser">;
  sendMail: (mail: Mail) => Promise<unknown>;
  /** Runs work after the answer; failures are logged there. */
  later: (work: () => Promise<void>) => void;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
  /** Does mail leave this server? */
  sendsMail: () => boolean;
  /** This server's address as people reach it, without a slash at the end. */
  publicUrl: string;
};

export function createPasswordService(deps: Deps) {
  const { users, access, passwords, throttle, emit, now } = deps;

  /**
   * The account behind the actor, proved by its password. Failures count like failed sign-ins: a stolen session must not
   * become a way to guess.
   *
   * @throws AppError INVALID_INPUT naming `field` when the password is wrong
   * @throws AppError RATE_LIMITED after too many failures
   */
  async function confirm(actor: Actor, password: string, field: string): Promise<UserRecord> {
    const { user_id } = asUser(actor, "admin");
    const user = await users.find(user_id);
    if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
    const { password_hash } = user;
    if (!password_hash)
      throw invalid(field, "this account has no password yet; set one by way of the reset link (Forgot password)");
    const right = await throttle.guard({ confirm: user_id }, () => passwords.verify(password_hash, password));
    if (!right) logSecurity("password_confirmation_failed", actorFields(actor));
    if (!right) throw invalid(field, "is not your password");
    return user;
  }

  async function replace(userId: number, passwordHash: string, endKeys: boolean): Promise<Secured> {
    const ended = await users.setPassword(userId, passwordHash, endKeys ? now() : null);
    emit("access.revoked", { user_id: userId });
    emit("account.secured", { user_id: userId, change: "password", name: "" });
    const linked = await deps.links.ofUser(userId, "discord");
    return { success: true, ended, linked: linked ? [{ provider: linked.provider, username: linked.username }] : [] };
  }

  async function sendReset(email: string) {
    const user = await users.findByLogin(email);
    if (!user?.is_active) return;
    const at = now();
    const token = deps.newToken();
    const reset = {
      id: deps.newId("rst"),
      user_id: user.id,
      token_hash: deps.hash(token),
      created_at: at,
      expires_at: at + RESET_MS,
    };
    if (!(await access.insertReset(reset, { max: MAX_RESETS, since: at - RESET_MS }))) return;
    logSecurity("password_reset_requested", { user_id: user.id, username: user.username });
    const link = `${deps.publicUrl}/reset?token=${encodeURIComponent(token)}`;
    await deps.sendMail({
      kind: "reset",
      expiresAt: at + RESET_MS,
      to: user.email,
      subject: "Reset your password",
      text: `Hello ${user.username},\n\nOpen this link within an hour to choose a new password:\n\n${link}\n\nThe link works once. If you did not request it, ignore this message: your password has not changed.\n`,
    });
  }

  return {
    confirm,

    /**
     * Replaces the password and ends every session of the user, this one included; API keys on request.
     *
     * @throws AppError INVALID_INPUT  the old password is wrong, or the new one is the same
     * @throws AppError RATE_LIMITED   after too many failures
     */
    async change(
      actor: Actor,
      input: { old_password: string; new_password: string; end_api_keys?: boolean },
    ): Promise<Secured> {
      const user = await confirm(actor, input.old_password, "old_password");
      if (input.old_password === input.new_password) throw invalid("new_password", "must differ from the old one");
      await refuseWeak(input.new_password, "new_password", user);
      const secured = await replace(user.id, await passwords.hash(input.new_password), input.end_api_keys ?? false);
      logSecurity("password_changed", { ...actorFields(actor), ...secured.ended });
      return secured;
    },

    /**
     * Sends a reset link if an account has this address. The look-up and the mail come after the answer, which does not
     * depend on it.
     *
     * @returns what happens, for people
     */
    forgot(input: { email: string }): string {
      deps.later(() => sendReset(input.email));
      return deps.sendsMail()
        ? "If email exists, reset link has been sent"
        : "This server sends no mail. If email exists, a reset link is in the server's outbox folder: ask an admin for it";
    },

    /**
     * Sets a new password with a token from a reset link: once, within an hour. Ends every session and API key of the user:
     * whoever resets a password may do so because somebody else knew it.
     *
     * @throws AppError INVALID_INPUT  the token is unknown, used or expired
     */
    async reset(input: { token: string; new_password: string }): Promise<Secured> {
      const tokenHash = deps.hash(input.token);
      const gone = () => invalid("token", "this reset link is not valid any more; ask for a new one");
      const owner = await access.resetOwner(tokenHash, now());
      if (!owner) throw gone();
      await refuseWeak(input.new_password, "new_password", owner);
      // Before the token is spent: a server too busy to hash leaves the link good for another try.
      const passwordHash = await passwords.hash(input.new_password);
      const userId = await access.takeReset(tokenHash, now());
      const user = userId === null ? null : await users.find(userId);
      if (!user) throw gone();
      const secured = await replace(user.id, passwordHash, true);
      // The link was sent to the account's address.
      await users.markVerified(user.id, now());
      await throttle.clear(user.id);
      logSecurity("password_reset", { user_id: user.id, username: user.username, ...secured.ended });
      return secured;
    },
  };
}

export type PasswordService = ReturnType<typeof createPasswordService>;
