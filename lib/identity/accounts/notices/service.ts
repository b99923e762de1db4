/**
 * "That wasn't me": the link in every mailed notice about an account's security. It works once and takes all access away
 * that a stranger may hold, so that the owner can begin again from the mailbox.
 */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { invalid } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { LinkStore } from "@/lib/identity/accounts/links/store";
import type { PasskeyStore } from "@/lib/identity/accounts/passkeys/store";
import type { PasswordService } from "@/lib/identity/accounts/passwords/service";
import type { Disowned } from "./contract";
import type { NoticeStore } from "./store";

const NOTICE_MS = 7 * 86_400_000;
/** The most shared bots that the answer lists. */
const SHARED_MAX = 100;

type LinkDeps = {
  notices: Pick<NoticeStore, "insert">;
  now: Clock;
  newId: (prefix: string) => string;
  newNoticeToken: () => string;
  hash: (token: string) => string;
  publicUrl: string;
};
type Deps = {
  notices: Pick<NoticeStore, "disown">;
  links: Pick<LinkStore, "allOf">;
  passkeys: Pick<PasskeyStore, "list">;
  grants: { givenBy(userId: number, limit: number): Promise<Disowned["shared_bots"]> };
  resetLink: PasswordService["resetLink"];
  emit: Emit;
  now: Clock;
  hash: (token: string) => string;
};

export function createNoticeLinks({ notices, now, newId, newNoticeToken, hash, publicUrl }: LinkDeps) {
  return {
    /**
     * Makes the link "That wasn't me" of one notice.
     *
     * @param address the account's address that the link brings back, in a notice about the address itself
     */
    async noticeLink(user_id: number, address: string | null = null): Promise<string> {
      const [at, token] = [now(), newNoticeToken()];
      const times = { created_at: at, expires_at: at + NOTICE_MS };
      await notices.insert({ id: newId("ntl"), user_id, token_hash: hash(token), restore_email: address, ...times });
      return `${publicUrl}/not-me?token=${encodeURIComponent(token)}`;
    },
  };
}

export type NoticeLinks = ReturnType<typeof createNoticeLinks>;

export function createNotices({ notices, links, passkeys, grants, resetLink, emit, now, hash }: Deps) {
  return {
    /**
     * Ends every session and API key of the account, makes its password unusable and mails a link to choose another.
     *
     * @returns what else can still sign in or see the account's bots
     * @throws AppError INVALID_INPUT  the link is unknown, used or expired
     */
    async disown(token: string): Promise<Disowned> {
      const found = await notices.disown(hash(token), now());
      if (!found)
        throw invalid("token", "this link is not valid any more; choose Forgot password on the sign-in page instead");
      const { user, ended, restored, address } = found;
      emit("access.revoked", { user_id: user.id });
      logSecurity("account_disowned", {
        user_id: user.id,
        username: user.username,
        ...ended,
        email_restored: restored,
      });
      const [linked, keys, shared_bots] = await Promise.all([
        links.allOf(user.id),
        passkeys.list(user.id),
        grants.givenBy(user.id, SHARED_MAX),
      ]);
      return {
        ...{ success: true, username: user.username, ended, email_restored: restored },
        reset_sent: user.is_active === 1 && (await resetLink(user, address ?? user.email)),
        linked: linked.map(({ provider, username }) => ({ provider, username })),
        passkeys: keys.map(({ name }) => name),
        shared_bots,
      };
    },
  };
}
