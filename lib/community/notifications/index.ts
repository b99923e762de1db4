/** Notifications: wires stores, transports, sender and rules together, one of each per process. */
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env, publicUrl } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { MailRoom } from "@/lib/core/mail";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, seal, unseal } from "@/lib/core/secrets";
import { botTeams } from "@/lib/fleet/bots";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { TeamsRoom } from "@/lib/identity/teams";
import { createBroadcastStore } from "./broadcasts/store";
import { createNotificationJobs } from "./jobs";
import { createFcm, readServiceAccount } from "./push/fcm";
import { createDeviceService } from "./push/service.devices";
import { createWebPush } from "./push/webpush";
import { RULES, type Telling } from "./rules";
import { createSender } from "./sending/sender";
import { createSending } from "./sending/service";
import { createTrials } from "./sending/service.trials";
import { createQueueStore } from "./sending/store";
import { createNotificationService } from "./service";
import { createNotificationStore } from "./store";
import { createRetentionStore } from "./store.retention";
import { createBotWatch } from "./watch";

/** A bot that is back within this time causes no notification. */
const BOT_GRACE_MS = 30_000;

/** Push services require a contact address, to which they report problems. */
const contact = publicUrl.startsWith("https:")
  ? publicUrl
  : `mailto:${/<([^<>\s]+@[^<>\s]+)>/.exec(env.MAIL_FROM)?.[1] ?? "muster@localhost"}`;

type Deps = Pick<MailRoom, "mail"> &
  Pick<TeamsRoom, "teams"> & { accounts: Pick<AccountsRoom["accounts"], "noticeLink" | "onRemaining"> };

/** Builds the room. Call once per process. */
export function createNotifications({ mail, teams, accounts }: Deps) {
  const onError = (error: unknown) => logger.warn({ err: error }, "notifications: a background chore failed");
  const store = createNotificationStore();
  const queue = createQueueStore();
  const common = { store, queue, now, newId };
  const webPush = createWebPush({
    ...{ store, seal, unseal, outbound, subject: contact, now, warn: (text: string) => logger.warn(text) },
  });
  const fcm = env.FCM_SERVICE_ACCOUNT
    ? createFcm({
        account: readServiceAccount(env.FCM_SERVICE_ACCOUNT),
        ...{ baseUrl: env.FCM_BASE_URL, outbound, now, publicUrl },
      })
    : null;
  const sending = createSending({
    ...{ store, queue, webPush, fcm, mail: mail.deliver, publicUrl, unseal },
    noticeLink: (userId) => accounts.noticeLink(userId),
  });
  const devices = {
    ...createDeviceService({
      ...common,
      webPush,
      allowHttp: env.OUTBOUND_ALLOW_CIDRS.length > 0,
      hash: hashToken,
      seal,
    }),
    ...createTrials({ ...common, fcm, toDevice: sending.toDevice }),
  };
  const sender = createSender({ jobs, store: queue, send: sending.send, now });
  const service = createNotificationService({
    ...{ ...common, broadcasts: createBroadcastStore(), emit, wake: sender.wake, onError },
    watchersOf: teams.watchersOf,
    botTeam: async (botId) => (await botTeams([botId])).get(botId) ?? null,
    carryOn: () => chores.broadcasts.wake(),
    // Count email as available only with SMTP: without it mail goes to the outbox folder, which keeps few files, and
    // notifications would displace reset links.
    available: { fcm: fcm !== null, email: mail.status().mode === "smtp" },
  });
  const watch = createBotWatch({ graceMs: BOT_GRACE_MS, now, tell: (telling) => void service.notify(telling) });
  const chores = createNotificationJobs({
    ...{ jobs, lanes: sender.lanes, service, retention: createRetentionStore(), watch, now },
  });

  for (const [name, rule] of Object.entries(RULES) as [keyof typeof RULES, (fact: never) => Telling[]][])
    bus.on(name, (fact, { remote }) => {
      if (!remote) for (const telling of rule(fact as never)) void service.notify(telling);
    });
  bus.on("bot.status", ({ bot }, { remote }) => watch.changed(bot, !remote));
  bus.on("bot.deleted", ({ bot }) => watch.forget(bot.id));
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void service.forget(user_id).catch(onError);
  });

  // A stranger's browser or phone would go on receiving the notifications of an account that was locked.
  accounts.onRemaining("push_device", {
    createdBy: async (userId, limit) =>
      (await store.devices(userId))
        .slice(0, limit)
        .map(({ device_id, name, platform }) => ({ id: device_id, name, details: [platform] })),
    endCreated: store.endDevice,
  });

  const { forget: _, advance: __, ended, ...inbox } = service;
  return {
    ...{ notifications: inbox, pushDevices: devices },
    notificationJobs: background(chores.all, {
      start: () => void webPush.keys().catch(onError),
      stop: async () => void (await ended()),
    }),
  };
}

export type NotificationsRoom = ReturnType<typeof createNotifications>;

export { SERVICE_WORKER } from "./push/service-worker";
export { eraseNotifications } from "./store.carryover";
