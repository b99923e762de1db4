/** Verifies e-mail addresses. Until an address is verified, lib/core/mail sends it fixed messages only. */
import { type Actor, asUser } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { Mail } from "@/lib/core/mail";
import type { UserStore } from "./store";
import { Taken, type UserRecord } from "./store.rows";
import type { VerificationStore } from "./store.verification";

const HOUR_MS = 3_600_000;
const LINK_MS = 24 * HOUR_MS;
/** Links an account asks for in an hour at most. */
const MAX_LINKS = 3;

type Deps = {
  users: Pick<UserStore, "find" | "findByLogin">;
  verifications: VerificationStore;
  sendMail: (mail: Mail) => Promise<string>;
  /** Without a mail server nothing is sent, so nothing needs to be verified. */
  sendsMail: () => boolean;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
  publicUrl: string;
};

export function createVerificationService(deps: Deps) {
  const { users, verifications, now } = deps;

  function newLink() {
    const at = now();
    const token = deps.newToken();
    const times = { created_at: at, expires_at: at + LINK_MS };
    const url = `${deps.publicUrl}/verify?token=${encodeURIComponent(token)}`;
    return { row: { id: deps.newId("vfy"), token_hash: deps.hash(token), ...times }, url };
  }

  const send = (to: string, subject: string, lines: string[]) =>
    deps.sendMail({ kind: "verification", expiresAt: now() + LINK_MS, to, subject, text: `${lines.join("\n\n")}\n` });

  /** @returns false when too many were sent within the hour */
  async function sendLink(user: Pick<UserRecord, "id" | "email" | "username">): Promise<boolean> {
    const { row, url } = newLink();
    const since = now() - HOUR_MS;
    const link = { ...row, user_id: user.id, email: user.email };
    if (!(await verifications.insert(link, { max: MAX_LINKS, since }))) return false;
    const outcome = await send(user.email, "Verify your email address", [
      `Hello ${user.username},`,
      "Open this link within 24 hours to verify your email address:",
      url,
      "If you did not create this account, ignore this message: you will get no other mail.",
    ]);
    return outcome !== "limited";
  }

  return {
    /** Sends the first link to a new account, where mail is sent at all. */
    async welcome(user: UserRecord): Promise<void> {
      if (deps.sendsMail() && !user.email_verified) await sendLink(user);
    },

    /**
     * Sends a link that makes the account, or tells the owner of the address that there is one already. To whoever
     * signs up both look the same.
     */
    async begin(account: { username: string; email: string; fullname: string; password_hash: string }): Promise<void> {
      const owner = await users.findByLogin(account.email);
      if (owner) {
        await send(account.email, "You already have an account", [
          `Hello ${owner.username},`,
          "Somebody tried to create an account with your email address. You already have one; nothing has changed.",
          `If it was you, sign in as ${owner.username} or set a new password: ${deps.publicUrl}/forgot`,
        ]);
        return;
      }
      const { row, url } = newLink();
      await verifications.insertPending({ ...row, ...account });
      await send(account.email, "Finish creating your account", [
        `Hello ${account.username},`,
        "Open this link within 24 hours to create your account:",
        url,
        "If you did not sign up, ignore this message: no account is created.",
      ]);
    },

    /** Returns whether the caller's address is verified, and whether it needs to be. */
    async state(actor: Actor): Promise<{ email: string; verified: boolean; required: boolean }> {
      const { user_id, email } = asUser(actor);
      const required = deps.sendsMail();
      const verified = !required || Boolean((await users.find(user_id))?.email_verified);
      return { email, verified, required };
    },

    /**
     * Sends the caller another link.
     *
     * @throws AppError CONFLICT      the address is verified, or this server sends no mail
     * @throws AppError RATE_LIMITED  three were sent within the hour
     */
    async resend(actor: Actor): Promise<void> {
      const user = await users.find(asUser(actor, "admin").user_id);
      if (!user) throw new AppError("UNAUTHORIZED", "This account no longer exists");
      if (!deps.sendsMail())
        throw new AppError("CONFLICT", "This server does not send email, so you do not need to verify an address");
      if (user.email_verified) throw new AppError("CONFLICT", "Your email address is already verified");
      if (!(await sendLink(user)))
        throw new AppError(
          "RATE_LIMITED",
          "You can request three verification emails an hour; try again later",
          undefined,
          1200,
        );
    },

    /**
     * Verifies the address a link was sent to, or makes the account that waited for it. Once, within 24 hours.
     *
     * @throws AppError INVALID_INPUT  the link is unknown, used or expired
     */
    async verify(token: string): Promise<{ username: string; email: string }> {
      const [hash, at] = [deps.hash(token), now()];
      const user =
        (await verifications.spend(hash, at)) ??
        (await verifications.spendPending(hash, at).catch((error) => {
          if (!(error instanceof Taken)) throw error;
          throw invalid("token", "somebody else has taken this username since; sign up again with another");
        }));
      if (!user) throw invalid("token", "this link is not valid any more; ask for a new one");
      logSecurity("email_verified", { user_id: user.id, username: user.username });
      return { username: user.username, email: user.email };
    },
  };
}

export type VerificationService = ReturnType<typeof createVerificationService>;
