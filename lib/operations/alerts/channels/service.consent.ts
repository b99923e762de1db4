/** Asks the owner of a mailbox whether alerts may be sent there. */
import { invalid } from "@/lib/core/errors";
import type { MailRoom } from "@/lib/core/mail";
import type { ConsentStore } from "./store.consent";
import type { ChannelRow } from "./store.rows";

export type ConsentDeps = {
  consent: Pick<ConsentStore, "setConfirmHash" | "confirm">;
  mail: Pick<MailRoom["mail"], "enqueue">;
  now(): number;
  hash(text: string): string;
  newToken(prefix: string): string;
  /** This server's address as people reach it, without a slash at the end. */
  publicUrl: string;
};

export function createConsent({ consent, mail, now, hash, newToken, publicUrl }: ConsentDeps) {
  return {
    /** The address gets a link first, unless it is a verified account's: otherwise anybody's mailbox could be named. */
    async askToConfirm({ id, hint }: Pick<ChannelRow, "id" | "hint">): Promise<void> {
      const token = newToken("mc");
      await consent.setConfirmHash(id, hash(token));
      const link = `${publicUrl}/confirm-channel?token=${encodeURIComponent(token)}`;
      await mail.enqueue({
        ...{ kind: "confirmation", to: hint, subject: "Confirm that alerts may be sent to you" },
        text: `Someone wants to send alerts from ${publicUrl} to this address.\n\nOpen this link to receive them:\n\n${link}\n\nIf you do not want these alerts, ignore this message. You will not receive any.\n`,
      });
    },

    /** Somebody with the link from the mail agrees to get alerts there. @throws INVALID_INPUT the link is used or unknown */
    async confirm(token: string): Promise<void> {
      if (!(await consent.confirm(hash(token), now())))
        throw invalid("token", "this link is not valid any more; send a test message to get a new one");
    },
  };
}

export type Consent = ReturnType<typeof createConsent>;
