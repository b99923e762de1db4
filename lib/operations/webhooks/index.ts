/** Webhooks: store, sender and services wired together, one of each per process. */
import type { NotificationsRoom } from "@/lib/community/notifications";
import { createBrokers } from "@/lib/core/brokers";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { outbound, refuseForbidden } from "@/lib/core/outbound/index";
import { setInterests } from "@/lib/core/outbox";
import { seal, unseal } from "@/lib/core/secrets";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { maintainersOf } from "@/lib/identity/teams";
import { createAddressCheck } from "./addresses";
import { createWebhookJobs } from "./jobs";
import { createNotices } from "./notices";
import { createSender } from "./sender";
import { createWebhookService } from "./service";
import { createDeliveryService } from "./service.deliveries";
import { createWebhookStore } from "./store";

type Deps = Pick<BotsRoom, "bots"> &
  Pick<NotificationsRoom, "notifications"> &
  Pick<AccountsRoom, "accounts"> &
  Pick<QuotasRoom, "quotas">;

/** Facts of the bus that are announced when something in the outbox was committed. */
const HINTS = [
  "bot.status",
  "command.settled",
  "alert.raised",
  "alert.changed",
  "ticket.opened",
  "ticket.changed",
] as const;
const LOOKUP_MS = 2_000;

/** Builds the room. Call once per process. */
export function createWebhooks({ bots, notifications, accounts, quotas }: Deps) {
  const store = createWebhookStore();
  quotas.measure("webhooks", store.count);
  let hasAny = false;

  /** Reads which facts webhooks want, so that rooms write those and no others. */
  async function refresh(): Promise<void> {
    const interests = await store.interests();
    hasAny = interests.length > 0;
    setInterests(interests);
  }
  const refreshInBackground = () =>
    void refresh().catch((err) => logger.error({ err }, "kinds of facts that webhooks want could not be read"));

  const brokers = createBrokers();
  const common = { store, outbound, brokers, seal, unseal, now, newId, hasAny: () => hasAny };
  const notices = createNotices({ notify: notifications.notify, maintainersOf });
  const sender = createSender({ ...common, jobs, onDisabled: notices.disabled });
  const chores = createWebhookJobs({
    ...common,
    jobs,
    sender,
    refresh,
    onRecovered: notices.recovered,
    stop: brokers.close,
  });
  async function announceChange(): Promise<void> {
    await refresh();
    emit("webhooks.changed", {});
    sender.wake();
  }
  const service = createWebhookService({
    ...{ ...common, quotas, bots, announceChange },
    checkAddress: createAddressCheck({ refuseForbidden: (url) => refuseForbidden(url, LOOKUP_MS) }),
  });
  const deliveries = createDeliveryService({ ...common, wake: () => sender.wake() });

  accounts.onRemaining("webhook", {
    createdBy: async (userId, limit) =>
      (await store.createdBy(userId, limit)).map(({ id, name, hint, team_name }) => ({
        ...{ id, name, details: [hint, team_name] },
      })),
    async endCreated(id) {
      const isRemoved = await store.remove(id);
      await announceChange();
      return isRemoved;
    },
  });

  bus.on("webhooks.changed", (_, { remote }) => void (remote && refreshInBackground()));
  bus.on("bus.gap", refreshInBackground);
  bus.on("backup.maintenance", ({ on }) => void (on || refreshInBackground()));
  for (const hint of HINTS) bus.on(hint, () => void (hasAny && chores.wake()));

  return { webhooks: { ...service, ...deliveries }, webhookJobs: chores.all };
}
