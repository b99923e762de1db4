/** Sends one message to a device or a mailbox. Addresses are stored encrypted, because anyone who knows one can push to it. */

import type { Fcm } from "@/lib/community/notifications/push/fcm";
import type { Payload, Result } from "@/lib/community/notifications/push/transport";
import type { Subscription, WebPush } from "@/lib/community/notifications/push/webpush";
import type { NotificationStore, SealedDevice } from "@/lib/community/notifications/store";
import type { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { Mail } from "@/lib/core/mail";
import type { DeliveryJob, QueueStore } from "./store";

type Deps = {
  store: Pick<NotificationStore, "device">;
  queue: Pick<QueueStore, "address">;
  webPush: Pick<WebPush, "send">;
  /** Null without a service account. */
  fcm: Pick<Fcm, "send"> | null;
  mail(message: Mail): Promise<Pick<Result, "state" | "detail">>;
  /** Makes the link "That wasn't me" of a mail about an account's security. */
  noticeLink(userId: number): Promise<string>;
  publicUrl: string;
  unseal(sealed: string): string;
};

export const NO_FCM = "Push notifications are not enabled on this server";

export function createSending({ store, queue, webPush, fcm, mail, noticeLink, publicUrl, unseal }: Deps) {
  /** Returns the device's address, or null if it was sealed with a key that this server no longer has. */
  function addressOf(device: SealedDevice): string | null {
    try {
      return unseal(device.address);
    } catch {
      return null;
    }
  }

  async function toDevice(device: SealedDevice, payload: Payload, signal: AbortSignal): Promise<Result> {
    const address = addressOf(device);
    if (address === null) return { state: "gone", detail: "Its address was sealed with another SECRET_KEY" };
    if (device.channel === "web_push") return webPush.send(readJson(address) as Subscription, payload, signal);
    return fcm ? fcm.send(address, payload, signal) : { state: "failed", detail: NO_FCM };
  }

  async function toMailbox(userId: number, payload: Payload): Promise<Result> {
    const to = await queue.address(userId);
    if (to === null) return { state: "failed", detail: "The account is gone or deactivated" };
    const link = payload.url ? `\n\n${publicUrl}${payload.url}` : "";
    const foot = `You choose what is mailed to you at ${publicUrl}/account`;
    try {
      // A notice about a team is no reason to lock the reader's own account.
      const notMe =
        payload.kind === "security" && payload.url === "/account"
          ? `\n\nIf that wasn't you, open this link within seven days to lock your account:\n${await noticeLink(userId)}`
          : "";
      const subject = payload.title.replace(/\s+/g, " ");
      return await mail({
        kind: "notification",
        to,
        subject,
        text: `${payload.body}${link}${notMe}\n\n-- \n${foot}\n`,
      });
    } catch (error) {
      const { code, message } = error as AppError;
      return { state: code === "INVALID_INPUT" ? "failed" : "retry", detail: message };
    }
  }

  return {
    toDevice,

    /** Sends one queued delivery; called by the sender. */
    async send(job: DeliveryJob, payload: Payload, signal: AbortSignal): Promise<Result> {
      if (job.channel === "email") return toMailbox(job.user_id, payload);
      const device = await store.device(job.device_id ?? "", job.user_id);
      return device ? toDevice(device, payload, signal) : { state: "gone", detail: "The device was removed" };
    },
  };
}

export type Sending = ReturnType<typeof createSending>;
