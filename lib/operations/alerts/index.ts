/** Alerts: stores, engine, sender and services wired together, one of each per process. */

import type { NotificationsRoom } from "@/lib/community/notifications";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env, publicUrl } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import type { MailRoom } from "@/lib/core/mail";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, seal, unseal } from "@/lib/core/secrets";
import { botTeams } from "@/lib/fleet/bots";
import { ERROR_TYPES, type TelemetryRoom } from "@/lib/fleet/telemetry";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import { operatorsOf, type TeamsRoom } from "@/lib/identity/teams";
import type { MaintenanceRoom } from "@/lib/operations/maintenance";
import type { Machine } from "@/lib/operations/system";
import { createSender } from "./channels/sender";
import { createChannelService } from "./channels/service";
import { createChannelStore } from "./channels/store";
import { createConsentStore } from "./channels/store.consent";
import { type Counter, createCounter } from "./engine/counters";
import { createEngine } from "./engine/engine";
import { createLineCounter, type LineCounter } from "./engine/lines";
import { createPublisher } from "./engine/publish";
import { createSampler } from "./engine/sampler";
import { createWatchStore } from "./engine/store";
import { createReadingStore } from "./engine/store.readings";
import { createAlertJobs } from "./jobs";
import { createMetrics } from "./rules/metrics";
import { createRuleService } from "./rules/service";
import { createRuleStore } from "./rules/store";
import { createHistoryStore } from "./rules/store.history";
import { createAlertService } from "./service";
import { type AlertStore, createAlertStore } from "./store";
import { createAlertLists } from "./store.list";

const isError = new Set<string>(ERROR_TYPES);

type Deps = Pick<NotificationsRoom, "notifications"> &
  Pick<MailRoom, "mail"> &
  Pick<AccountsRoom, "accounts"> &
  Pick<TeamsRoom, "rights"> &
  Pick<QuotasRoom, "quotas"> &
  Pick<MaintenanceRoom, "coverage"> &
  Pick<TelemetryRoom, "telemetry"> & { machine: Machine };

/** Lets the page "That wasn't me" of a locked account list and remove the channels that the account added. */
const registerChannels = (accounts: Deps["accounts"], channels: ReturnType<typeof createChannelStore>) =>
  accounts.onRemaining("alert_channel", {
    createdBy: async (userId, limit) =>
      (await channels.createdBy(userId, limit)).map(({ id, name, hint, team_name }) => ({
        ...{ id, name, details: [hint, team_name] },
      })),
    endCreated: channels.remove,
  });

type Listening = {
  lines: LineCounter;
  counters: Record<"errors" | "failures" | "transfers", Counter>;
  engine: Pick<ReturnType<typeof createEngine>, "forget">;
  store: Pick<AlertStore, "forget">;
  lookSoon(): void;
  onError(error: unknown): void;
};

/** Counts what happens, and evaluates the rules soon after what they watch has changed. */
function listen({
  lines,
  counters: { errors, failures, transfers },
  engine,
  store,
  lookSoon,
  onError,
}: Listening): void {
  bus.on("logs.stored", lines.stored);
  bus.on("bus.gap", () => void lines.recount());
  bus.on("logs.stored", ({ bot_id, team_id, logs }) => {
    const times = logs.filter((log) => isError.has(log.type.toLowerCase())).length;
    if (times > 0) errors.add(bot_id, team_id, times);
  });
  bus.on("command.settled", ({ command, team_id }) => {
    // A command that a person cancelled does not count as a failure.
    if (command.status === "failed" && command.reason !== "cancelled") failures.add(command.bot_id, team_id);
  });
  bus.on("task.settled", ({ task, owner_id }) => {
    if (task.status === "failed") transfers.add(`user:${owner_id}`, owner_id);
  });
  bus.on("bot.status", lookSoon);
  bus.on("bot.deleted", ({ bot }) => {
    lines.forgetBot(bot.id);
    lookSoon();
  });
  bus.on("maintenance.changed", lookSoon);
  bus.on("alert.rules", () => {
    engine.forget();
    void lines.refresh();
    lookSoon();
  });
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void store.forget(user_id).then(engine.forget).catch(onError);
  });
}

/** Builds the room. Call once per process. */
export function createAlerts({ notifications, mail, accounts, rights, quotas, coverage, telemetry, machine }: Deps) {
  const onError = (error: unknown) => logger.warn({ err: error }, "alerts: a look or a message failed");
  const store = createAlertStore();
  const rules = createRuleStore(rights.read);
  const channels = createChannelStore();
  quotas.measure("alert_rules", rules.count);
  quotas.measure("alert_channels", channels.count);
  const readings = createReadingStore();
  const history = createHistoryStore();
  const [errors, failures, transfers] = [createCounter(now), createCounter(now), createCounter(now)];
  const usage = () => machine.usage();
  const sender = createSender({
    ...{ jobs, channels, alerts: store, outbound, mail: mail.deliver, notify: notifications.notify },
    ...{ operatorsOf, unseal, now, publicUrl },
    telegramBase: env.TELEGRAM_API_URL,
  });
  const publish = createPublisher({
    ...{ notify: notifications.notify, operatorsOf, emit },
    wake: () => sender.deliveries.wake(),
  });
  const lines = createLineCounter({
    ...{ rules: () => rules.enabled("log_match"), recentLines: telemetry.recentLines, now, onError },
  });
  const metrics = createMetrics({
    ...{ store: readings, errors, failures, transfers, lines, silenced: coverage.silenced, machine: usage, now },
  });
  const engine = createEngine({
    ...{ store: createWatchStore(), rules, metrics, silenced: coverage.silenced, now, newId, publish, onError },
  });
  const sample = createSampler({ store: history, machine: usage, now });
  const alerts = createAlertService({ store, lists: createAlertLists(), rules, botTeams, publish, now, newId });
  const alertRules = createRuleService({
    ...{
      quotas,
      rules,
      channels,
      readings,
      history,
      recentLines: telemetry.recentLines,
      botTeams,
      publish,
      emit,
      now,
      newId,
    },
  });
  const alertChannels = createChannelService({
    ...{
      store: channels,
      quotas,
      consent: createConsentStore(),
      sender: { test: sender.test, wake: () => sender.deliveries.wake() },
      seal,
      unseal,
      now,
      newId,
      mail,
      publicUrl,
    },
    ...{ hash: hashToken, newToken },
  });

  const chores = createAlertJobs({
    ...{ jobs, engine, sample, store, channels, counters: { errors, failures, transfers }, past: history.past },
    ...{ lines, deliveries: sender.deliveries, now, onError },
  });
  registerChannels(accounts, channels);

  listen({ lines, counters: { errors, failures, transfers }, engine, store, lookSoon: chores.lookSoon, onError });

  return { alerts, alertRules, alertChannels, alertJobs: background(chores.all, { start: chores.remember }) };
}

export type AlertsRoom = ReturnType<typeof createAlerts>;

export { eraseAlerts } from "./store";
