/** Rules of forgotten passwords (000 Authentication APIs): a mailed link sets another one. */
import type { Clock } from "@/lib/core/clock";
import { invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { Mail } from "@/lib/core/mail";
import type { Secured } from "@/lib/identity/accounts/contract.passwords";
import type { AccessStore } from "@/lib/identity/accounts/credentials/store";
import type { Passwords } from "@/lib/identity/accounts/sign-in/passwords";
import { refuseWeak } from "@/lib/identity/accounts/sign-in/strength";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import type { UserStore } from "@/lib/identity/accounts/store";

const RESET_MS = 3_600_000;
/** The most reset emails per account and hour, so that this server cannot be used to flood a mailbox. */
const MAX_RESETS = 3;

export type ResetDeps = {
  users: Pick<UserStore, "find" | "findByLogin" | "markVerified">;
  access: Pick<AccessStore, "insertReset" | "resetOwner" | "takeReset">;
  passwords: Pick<Passwords, "hash">;
  throttle: Pick<Throttle, "clear">;
  sendMail: (mail: Mail) => Promise<unknown>;
  /** Runs work after the answer; failures are logged there. */
  later: (work: () => Promise<void>) => void;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
  /** Does mail leave this server? */
  sendsMail: () => boolean;
  /** This server's public address, without a slash at the end. */
  publicUrl: string;
};
type Deps = ResetDeps & {
  /** Stores another password and ends every session and API key of the user. */
  replace: (userId: number, passwordHash: string) => Promise<Secured>;
};

async function sendReset(deps: Deps, email: string): Promise<void> {
  const user = await deps.users.findByLogin(email);
  if (!user?.is_active) return;
  const at = deps.now();
  const token = deps.newToken();
  const times = { created_at: at, expires_at: at + RESET_MS };
  const reset = { id: deps.newId("rst"), user_id: user.id, token_hash: deps.hash(token), ...times };
  if (!(await deps.access.insertReset(reset, { max: MAX_RESETS, since: at - RESET_MS }))) return;
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

export function createResets(deps: Deps) {
  const { users, access, passwords, now } = deps;
  return {
    /**
     * Sends a reset link if an account has this address. The look-up and the mail come after the answer, which does not
     * depend on it.
     *
     * @returns what happens, for people
     */
    forgot(input: { email: string }): string {
      deps.later(() => sendReset(deps, input.email));
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
      // Hash before spending the token: if the server is too busy to hash, the link stays valid for another try.
      const passwordHash = await passwords.hash(input.new_password);
      const userId = await access.takeReset(tokenHash, now());
      const user = userId === null ? null : await users.find(userId);
      if (!user) throw gone();
      const secured = await deps.replace(user.id, passwordHash);
      // Opening the link proves the account's address, because it was sent there.
      await users.markVerified(user.id, now());
      await deps.throttle.clear(user.id);
      logSecurity("password_reset", { user_id: user.id, username: user.username, ...secured.ended });
      return secured;
    },
  };
}
