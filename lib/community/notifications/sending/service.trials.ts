/** Test messages, sent at once. The reply holds the answer of the push service. */

import type { Fcm } from "@/lib/community/notifications/push/fcm";
import type { Payload } from "@/lib/community/notifications/push/transport";
import type { NotificationStore } from "@/lib/community/notifications/store";
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { AppError, invalid, unavailable } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { NO_FCM, type Sending } from "./service";
import type { QueueStore } from "./store";

type Deps = {
  store: Pick<NotificationStore, "device">;
  queue: Pick<QueueStore, "drop" | "mark">;
  /** Null without a service account. */
  fcm: Pick<Fcm, "send"> | null;
  toDevice: Sending["toDevice"];
  newId(prefix: string): string;
  now(): number;
};

const TEST_MS = 10_000;

export function createTrials({ store, queue, fcm, toDevice, newId, now }: Deps) {
  const test = (title: string, body: string): Payload => {
    const id = newId("test");
    return { id, kind: "test", title, body, url: "/account", priority: "high", tag: id, at: now() };
  };

  return {
    /**
     * Sends a test message to one FCM token at once.
     *
     * @throws UNAVAILABLE without a service account, or while FCM asks to wait; INVALID_INPUT a token FCM does not
     * know; BAD_GATEWAY anything else it says
     */
    async testToken(actor: Actor, { fcm_token, title, body }: { fcm_token: string; title: string; body: string }) {
      asAdmin(actor, "operate");
      if (!fcm) throw new AppError("UNAVAILABLE", NO_FCM);
      const { state, detail, afterMs } = await fcm.send(fcm_token, test(title, body));
      if (state === "sent") return { success: true as const, message: "Notification sent" };
      if (state === "gone") throw invalid("fcm_token", `FCM does not take it: ${detail}`);
      if (afterMs) throw unavailable(`FCM asks to wait: ${detail}`, Math.ceil(afterMs / 1000));
      throw new AppError("BAD_GATEWAY", `FCM rejected the message: ${detail}`);
    },

    /**
     * Sends a test message to one of the caller's devices at once, and returns the push service's answer. @throws
     * NOT_FOUND
     */
    async testDevice(actor: Actor, id: string) {
      const { user_id } = asUser(actor, "operate");
      const device = await store.device(id, user_id);
      if (!device) throw new AppError("NOT_FOUND", "No such device");
      const { state, detail } = await toDevice(
        device,
        test("This is a test", "Notifications reach this device."),
        AbortSignal.timeout(TEST_MS),
      );
      if (state === "gone") await queue.drop(id, cutText(detail, 500), now());
      else {
        const outcome =
          state === "sent" ? { status: "sent" as const, error: null } : { status: "failed" as const, error: detail };
        await queue.mark(id, { ...outcome, due_at: now() }, now());
      }
      return { success: true as const, delivered: state === "sent", detail };
    },
  };
}
