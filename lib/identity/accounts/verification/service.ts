/** Verifies email addresses. Until an address is verified, lib/core/mail sends it fixed messages only. */
import { type Actor, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { UserStore } from "@/lib/identity/accounts/store";
import { Taken } from "@/lib/identity/accounts/store.rows";
import { createLinkMails, type LinkMailDeps } from "./mail";
import type { VerificationStore } from "./store";

type Deps = LinkMailDeps & {
  users: Pick<UserStore, "find">;
  verifications: Pick<VerificationStore, "spend" | "spendPending">;
};

export function createVerificationService(deps: Deps) {
  const { users, verifications, now } = deps;
  const { sendLink, welcome, begin } = createLinkMails(deps);

  return {
    ...{ welcome, begin },

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
      describeAct({ target: accountTarget(user) });
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
          throw invalid("token", "this username has been taken since; sign up again with another");
        }));
      if (!user) throw invalid("token", "this link is not valid any more; ask for a new one");
      logSecurity("email_verified", { user_id: user.id, username: user.username });
      return { username: user.username, email: user.email };
    },
  };
}

export type VerificationService = ReturnType<typeof createVerificationService>;
