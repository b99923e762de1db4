/** Rules of forgotten passwords (000 Authentication APIs): a mailed link sets another one. */
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { Mail } from "@/lib/core/mail";
import type { Secured } from "@/lib/identity/accounts/contract.passwords";
import type { AccessStore } from "@/lib/identity/accounts/credentials/store";
import type { DirectoryAccounts } from "@/lib/identity/accounts/directory/service.sign-in";
import type { Passwords } from "@/lib/identity/accounts/sign-in/passwords";
import { noteProved } from "@/lib/identity/accounts/sign-in/record";
import { refuseWeak } from "@/lib/identity/accounts/sign-in/strength";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";

const RESET_MS = 3_600_000;
/** The most reset emails per account and hour, so that this server cannot be used to flood a mailbox. */
const MAX_RESETS = 3;
/** The most that admins make for one account within an hour. */
const MAX_ISSUED = 20;

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
  directory?: Pick<DirectoryAccounts, "isLinked">;
};
type Deps = ResetDeps & {
  /** Stores another password and ends every session and API key of the user. */
  replace: (userId: number, passwordHash: string) => Promise<Secured>;
};

type LinkDeps = Pick<Deps, "access" | "now" | "newId" | "newToken" | "hash" | "publicUrl">;

/** The end of the token of a link that was not mailed. No random token has a dot. */
const HANDED_OVER = ".h";

type LinkKind = { ms: number; max: number; isMailed: boolean };

/** Makes a link that sets a password within `ms`. @returns null when `max` were made within the hour */
export async function newLink(deps: LinkDeps, user: UserRecord, { ms, max, isMailed }: LinkKind) {
  const at = deps.now();
  const token = isMailed ? deps.newToken() : deps.newToken() + HANDED_OVER;
  const times = { created_at: at, expires_at: at + ms };
  const reset = { id: deps.newId("rst"), user_id: user.id, token_hash: deps.hash(token), ...times };
  if (!(await deps.access.insertReset(reset, { max, since: at - RESET_MS }))) return null;
  return { link: `${deps.publicUrl}/reset?token=${encodeURIComponent(token)}`, expires_at: times.expires_at };
}

/** The time that a link works, as a mail says it. */
const spanText = (ms: number) => (ms >= 48 * RESET_MS ? `${ms / (24 * RESET_MS)} days` : `${ms / RESET_MS} hours`);

type Issued = { link: string; expires_at: number; isMailed: boolean };

/**
 * Makes a link for an admin to hand over, or mails it. `isMailed` is false when it could not be mailed.
 *
 * @throws AppError RATE_LIMITED  too many links for this account
 */
async function issueLink(deps: Deps, user: UserRecord, { ms, isMailed }: Omit<LinkKind, "max">): Promise<Issued> {
  const made = await newLink(deps, user, { ms, max: MAX_ISSUED, isMailed });
  if (!made)
    throw new AppError(
      "RATE_LIMITED",
      `At most ${MAX_ISSUED} links an hour for one account`,
      undefined,
      RESET_MS / 1000,
    );
  if (!isMailed) return { ...made, isMailed };
  const outcome = await deps.sendMail({
    kind: "reset",
    expiresAt: made.expires_at,
    to: user.email,
    subject: "Choose your password",
    text: `Hello ${user.username},\n\nAn admin sent you this link to choose a password. Open it within ${spanText(ms)}:\n\n${made.link}\n\nThe link works once. Your username is ${user.username}.\n`,
  });
  // An address that nobody has proved yet gets few messages an hour; the admin hands a link over then.
  return outcome === "limited" ? issueLink(deps, user, { ms, isMailed: false }) : { ...made, isMailed };
}

/**
 * Mails a link to an account whose password was made unusable, at an address where its owner has just opened a link. The mail
 * therefore does not count towards the hourly limit of the address.
 *
 * @returns false when too many links were made
 */
async function resetLink(deps: Deps, user: UserRecord, to: string): Promise<boolean> {
  const made = await newLink(deps, user, { ms: RESET_MS, max: MAX_ISSUED, isMailed: true });
  if (!made) return false;
  const outcome = await deps.sendMail({
    ...{ kind: "notification", isConfirmed: true },
    expiresAt: made.expires_at,
    to,
    subject: "Choose a new password",
    text: `Hello ${user.username},\n\nYour account was signed out everywhere, and its password no longer works. Open this link within an hour to choose a new one:\n\n${made.link}\n\nThe link works once.\n`,
  });
  return outcome === "queued";
}

async function sendReset(deps: Deps, email: string): Promise<void> {
  const user = await deps.users.findByLogin(email);
  // The password of the directory is not ours to reset.
  if (!user?.is_active || (await deps.directory?.isLinked(user.id))) return;
  const made = await newLink(deps, user, { ms: RESET_MS, max: MAX_RESETS, isMailed: true });
  if (!made) return;
  logSecurity("password_reset_requested", { user_id: user.id, username: user.username });
  const { link } = made;
  await deps.sendMail({
    kind: "reset",
    expiresAt: made.expires_at,
    to: user.email,
    subject: "Reset your password",
    text: `Hello ${user.username},\n\nOpen this link within an hour to choose a new password:\n\n${link}\n\nThe link works once. If you did not request it, ignore this message: your password has not changed.\n`,
  });
}

export function createResets(deps: Deps) {
  const { users, access, passwords, now } = deps;
  return {
    resetLink: (user: UserRecord, to: string) => resetLink(deps, user, to),

    issueLink: (user: UserRecord, how: { ms: number; isMailed: boolean }) => issueLink(deps, user, how),

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
      noteProved(owner);
      await refuseWeak(input.new_password, "new_password", owner);
      // Hash before spending the token: if the server is too busy to hash, the link stays valid for another try.
      const passwordHash = await passwords.hash(input.new_password);
      const userId = await access.takeReset(tokenHash, now());
      const user = userId === null ? null : await users.find(userId);
      if (!user) throw gone();
      const secured = await deps.replace(user.id, passwordHash);
      // Opening a link proves the account's address if it was sent there.
      if (!input.token.endsWith(HANDED_OVER)) await users.markVerified(user.id, now());
      await deps.throttle.clear(user.id);
      logSecurity("password_reset", { user_id: user.id, username: user.username, ...secured.ended });
      return secured;
    },
  };
}
