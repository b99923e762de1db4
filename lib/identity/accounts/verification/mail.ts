/** Emails with links that verify an address, or create the account that waits for the verification. */
import type { Clock } from "@/lib/core/clock";
import type { Mail } from "@/lib/core/mail";
import type { UserStore } from "@/lib/identity/accounts/store";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";
import type { NewPending, VerificationStore } from "./store";

const HOUR_MS = 3_600_000;
const LINK_MS = 24 * HOUR_MS;
/** The most links that an account may request within an hour. */
const MAX_LINKS = 3;

export type LinkMailDeps = {
  users: Pick<UserStore, "findByLogin">;
  verifications: Pick<VerificationStore, "insert" | "insertPending">;
  sendMail: (mail: Mail) => Promise<string>;
  /** Without a mail server nothing is sent, so nothing needs to be verified. */
  sendsMail: () => boolean;
  now: Clock;
  newId: (prefix: string) => string;
  newToken: () => string;
  hash: (token: string) => string;
  publicUrl: string;
};

function newLink({ now, newId, newToken, hash, publicUrl }: LinkMailDeps) {
  const at = now();
  const token = newToken();
  const url = `${publicUrl}/verify?token=${encodeURIComponent(token)}`;
  return { row: { id: newId("vfy"), token_hash: hash(token), created_at: at, expires_at: at + LINK_MS }, url };
}

const send = ({ sendMail, now }: LinkMailDeps, to: string, subject: string, lines: string[]) =>
  sendMail({ kind: "verification", expiresAt: now() + LINK_MS, to, subject, text: `${lines.join("\n\n")}\n` });

/** @returns false when too many were sent within the hour */
async function sendLink(deps: LinkMailDeps, user: Pick<UserRecord, "id" | "email" | "username">): Promise<boolean> {
  const { row, url } = newLink(deps);
  const link = { ...row, user_id: user.id, email: user.email };
  const limit = { max: MAX_LINKS, since: deps.now() - HOUR_MS };
  if (!(await deps.verifications.insert(link, limit))) return false;
  const outcome = await send(deps, user.email, "Verify your email address", [
    `Hello ${user.username},`,
    "Open this link within 24 hours to verify your email address:",
    url,
    "If you did not create this account, ignore this message: you will get no other mail.",
  ]);
  return outcome !== "limited";
}

export function createLinkMails(deps: LinkMailDeps) {
  return {
    sendLink: (user: UserRecord): Promise<boolean> => sendLink(deps, user),

    /** Sends the first link to a new account, where mail is sent at all. */
    async welcome(user: UserRecord): Promise<void> {
      if (deps.sendsMail() && !user.email_verified) await sendLink(deps, user);
    },

    /**
     * Sends a link that creates the account, or tells the address's owner that an account exists already. The person
     * who signs up sees no difference.
     */
    async begin(account: Pick<NewPending, "username" | "email" | "fullname" | "password_hash">): Promise<void> {
      const owner = await deps.users.findByLogin(account.email);
      if (owner) {
        await send(deps, account.email, "You already have an account", [
          `Hello ${owner.username},`,
          "Somebody tried to create an account with your email address. You already have one; nothing has changed.",
          `If it was you, sign in as ${owner.username} or set a new password: ${deps.publicUrl}/forgot`,
        ]);
        return;
      }
      const { row, url } = newLink(deps);
      await deps.verifications.insertPending({ ...row, ...account });
      await send(deps, account.email, "Finish creating your account", [
        `Hello ${account.username},`,
        "Open this link within 24 hours to create your account:",
        url,
        "If you did not sign up, ignore this message: no account is created.",
      ]);
    },
  };
}
