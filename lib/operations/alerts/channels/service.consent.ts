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
    /**
     * Sends a confirmation link to an address that is not a verified account's. Otherwise anyone could make the server
     * send alerts to other people's mailboxes.
     */
    async askToConfirm({ id, hint }: Pick<ChannelRow, "id" | "hint">): Promise<void> {
      const token = newToken("mc");
      await consent.setConfirmHash(id, hash(token));
      const link = `${publicUrl}/confirm-channel?token=${encodeURIComponent(token)}`;
      await mail.enqueue({
        ...{ kind: "confirmation", to: hint, subject: "Confirm that alerts may be sent to you" },
        text: `Someone wants to send alerts from ${publicUrl} to this address.\n\nOpen this link to receive them:\n\n${link}\n\nIf you do not want these alerts, ignore this message. You will not receive any.\n`,
      });
    },

    /**
     * Confirms that the owner of a mailbox, who opened the link from the mail, agrees to get alerts. @throws
     * INVALID_INPUT the link is used or unknown
     */
    async confirm(token: string): Promise<void> {
      if (!(await consent.confirm(hash(token), now())))
        throw invalid("token", "this link is not valid any more; send a test message to get a new one");
    },
  };
}

export type Consent = ReturnType<typeof createConsent>;
