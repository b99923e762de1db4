/** A person's devices that receive pushes. Addresses are stored encrypted, because anyone who knows one can push to it. */

import { DEVICES_MAX, type Device } from "@/lib/community/notifications/contract.devices";
import type { NotificationStore } from "@/lib/community/notifications/store";
import { type Actor, asUser } from "@/lib/core/actor";
import { accountTarget, describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { isPublicKey, type Subscription, type WebPush } from "./webpush";

type Deps = {
  store: Pick<NotificationStore, "putDevice" | "removeByAddress" | "devices" | "removeDevice">;
  webPush: Pick<WebPush, "keys">;
  /** Whether endpoints may use plain http: only where the environment opened private networks. */
  allowHttp: boolean;
  hash(text: string): string;
  seal(text: string): string;
  newId(prefix: string): string;
  now(): number;
};

const PHONES: Record<string, string> = { android: "Android app", ios: "iOS app", web: "Web app" };

export function createDeviceService({ store, webPush, allowHttp, hash, seal, newId, now }: Deps) {
  function put(userId: number, device: Pick<Device, "channel" | "platform" | "name">, key: string, address: string) {
    const id = newId("dev");
    describeAct({ target: { type: "push_device", id, name: device.name }, after: device });
    const stored = { id, user_id: userId, ...device, address_hash: hash(key), address: seal(address) };
    return store.putDevice({ ...stored, created_at: now() }, DEVICES_MAX);
  }

  return {
    /** The VAPID public key. @throws UNAUTHORIZED */
    async vapidKey(actor: Actor) {
      asUser(actor);
      return { public_key: (await webPush.keys()).publicKey };
    },

    /** @throws INVALID_INPUT an endpoint that is not https, or an invalid key */
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
      const user = asUser(actor, "operate");
      describeAct({ target: accountTarget({ ...user, id: user.user_id }), before: { device: "a browser" } });
      await store.removeByAddress(user.user_id, hash(endpoint));
      return { success: true as const, message: "This browser gets no pushes any more" };
    },

    /**
     * Registers an FCM token (document 003). It is stored even without a service account, which may be configured
     * later.
     */
    async registerToken(
      actor: Actor,
      {
        fcm_token,
        platform,
        name = PHONES[platform] ?? platform,
      }: { fcm_token: string; platform: string; name?: string },
    ) {
      const { user_id } = asUser(actor, "operate");
      await put(user_id, { channel: "fcm", platform, name }, fcm_token, fcm_token);
      return { success: true as const, message: "Token registered" };
    },

    async unregisterToken(actor: Actor, token: string) {
      const user = asUser(actor, "operate");
      describeAct({ target: accountTarget({ ...user, id: user.user_id }), before: { device: "a phone" } });
      await store.removeByAddress(user.user_id, hash(token));
      return { success: true as const, message: "Token removed" };
    },

    async list(actor: Actor) {
      const devices = await store.devices(asUser(actor).user_id);
      return { devices, count: devices.length };
    },

    /** @throws NOT_FOUND the device is not the caller's */
    async remove(actor: Actor, id: string) {
      const { user_id } = asUser(actor, "operate");
      const device = (await store.devices(user_id)).find((one) => one.device_id === id);
      const { channel, platform, name } = device ?? {};
      describeAct({ target: { type: "push_device", id, name }, before: { channel, platform, name } });
      if (!(await store.removeDevice(user_id, id))) throw new AppError("NOT_FOUND", "No such device");
      return { success: true as const, message: "Device removed" };
    },
  };
}
