/** Rules of devices: whose they are, what they are sent, and what a test says. Addresses are sealed: who has one can push. */

import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { AppError, invalid, unavailable } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { Mail } from "@/lib/core/mail";
import { DEVICES_MAX, type Device } from "./contract.devices";
import type { Fcm } from "./push/fcm";
import type { Payload, Result } from "./push/transport";
import { isPublicKey, type Subscription, type WebPush } from "./push/webpush";
import type { NotificationStore, SealedDevice } from "./store";
import type { DeliveryJob, QueueStore } from "./store.queue";

type Deps = {
  store: NotificationStore;
  queue: Pick<QueueStore, "address" | "drop" | "mark">;
  webPush: WebPush;
  /** Null without a service account. */
  fcm: Fcm | null;
  mail(message: Mail): Promise<Pick<Result, "state" | "detail">>;
  publicUrl: string;
  /** May endpoints be plain http? Only where private networks were opened by the environment. */
  allowHttp: boolean;
  hash(text: string): string;
  seal(text: string): string;
  unseal(sealed: string): string;
  newId(prefix: string): string;
  now(): number;
};

const NO_FCM = "Push notifications are not enabled on this server";
const TEST_MS = 10_000;
const PHONES: Record<string, string> = { android: "Android app", ios: "iOS app", web: "Web app" };

export function createDeviceService(deps: Deps) {
  const { store, queue, webPush, fcm, mail, publicUrl, allowHttp, hash, seal, unseal, newId, now } = deps;

  const put = (userId: number, device: Pick<Device, "channel" | "platform" | "name">, key: string, address: string) =>
    store.putDevice(
      {
        ...{ id: newId("dev"), user_id: userId, ...device, address_hash: hash(key) },
        ...{ address: seal(address), created_at: now() },
      },
      DEVICES_MAX,
    );

  /** The sealed address, or null when it was sealed with a key this server no longer has. */
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
      const subject = payload.title.replace(/\s+/g, " ");
      return await mail({ kind: "notification", to, subject, text: `${payload.body}${link}\n\n-- \n${foot}\n` });
    } catch (error) {
      const { code, message } = error as AppError;
      return { state: code === "INVALID_INPUT" ? "failed" : "retry", detail: message };
    }
  }

  const test = (title: string, body: string): Payload => {
    const id = newId("test");
    return { id, kind: "test", title, body, url: "/account", priority: "high", tag: id, at: now() };
  };

  return {
    /** The VAPID public key. @throws UNAUTHORIZED */
    async vapidKey(actor: Actor) {
      asUser(actor);
      return { public_key: (await webPush.keys()).publicKey };
    },

    /** @throws INVALID_INPUT an endpoint that is not https, or a key that is no key */
    async subscribe(actor: Actor, { name, ...subscription }: Subscription & { name?: string }) {
      const { user_id } = asUser(actor, "operate");
      const { endpoint, keys } = subscription;
      if (!allowHttp && !endpoint.startsWith("https:")) throw invalid("endpoint", "must be an https address");
      if (!isPublicKey(keys.p256dh)) throw invalid("keys.p256dh", "is not a public key of P-256");
      const described = { channel: "web_push", platform: "web", name: name ?? "Browser" } as const;
      const device = await put(user_id, described, endpoint, JSON.stringify({ endpoint, keys }));
      return { success: true as const, message: "This browser gets pushes from now on", device };
    },

    async unsubscribe(actor: Actor, endpoint: string) {
      const { user_id } = asUser(actor, "operate");
      await store.removeByAddress(user_id, hash(endpoint));
      return { success: true as const, message: "This browser gets no pushes any more" };
    },

    /** Document 003's; stored with or without a service account, which may come later. */
    async registerToken(actor: Actor, { fcm_token, platform }: { fcm_token: string; platform: string }) {
      const { user_id } = asUser(actor, "operate");
      const name = PHONES[platform] ?? platform;
      await put(user_id, { channel: "fcm", platform, name }, fcm_token, fcm_token);
      return { success: true as const, message: "Token registered" };
    },

    async unregisterToken(actor: Actor, token: string) {
      const { user_id } = asUser(actor, "operate");
      await store.removeByAddress(user_id, hash(token));
      return { success: true as const, message: "Token removed" };
    },

    /**
     * Sends to one FCM token, now.
     *
     * @throws UNAVAILABLE without a service account, or while FCM asks to wait; INVALID_INPUT a token FCM does not know;
     *   BAD_GATEWAY anything else it says
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

    async list(actor: Actor) {
      const devices = await store.devices(asUser(actor).user_id);
      return { devices, count: devices.length };
    },

    /** @throws NOT_FOUND not one of the caller's */
    async remove(actor: Actor, id: string) {
      const { user_id } = asUser(actor, "operate");
      if (!(await store.removeDevice(user_id, id))) throw new AppError("NOT_FOUND", "No such device");
      return { success: true as const, message: "Device removed" };
    },

    /** Sends to one of the caller's devices, now, and says what the push service answered. @throws NOT_FOUND */
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

    /** One queued delivery on its way: what the sender calls. */
    async send(job: DeliveryJob, payload: Payload, signal: AbortSignal): Promise<Result> {
      if (job.channel === "email") return toMailbox(job.user_id, payload);
      const device = await store.device(job.device_id ?? "", job.user_id);
      return device ? toDevice(device, payload, signal) : { state: "gone", detail: "The device was removed" };
    },
  };
}
