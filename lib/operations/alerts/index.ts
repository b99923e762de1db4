/** Alerts: stores, engine, sender and services wired together, one of each per process. */

import { notifications } from "@/lib/community/notifications";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { newId } from "@/lib/core/ids";
import { logger } from "@/lib/core/log/logger";
import { mail } from "@/lib/core/mail";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, seal, unseal } from "@/lib/core/secrets";
import { singleton } from "@/lib/core/singleton";
import { machine } from "@/lib/operations/system";
import { createSender } from "./channels/sender";
import { createChannelService } from "./channels/service";
import { createChannelStore } from "./channels/store";
import { createConsentStore } from "./channels/store.consent";
import { createCounter } from "./engine/counters";
import { createEngine } from "./engine/engine";
import { createPublisher } from "./engine/publish";
import { createSampler } from "./engine/sampler";
import { createWatchStore } from "./engine/store";
import { createReadingStore } from "./engine/store.readings";
import { createMetrics } from "./rules/metrics";
import { createRuleService } from "./rules/service";
import { createRuleStore } from "./rules/store";
import { createHistoryStore, ERROR_TYPES } from "./rules/store.history";
import { createAlertService } from "./service";
import { createAlertStore } from "./store";
import { createAlertLists } from "./store.list";

const TICK_MS = 5_000;
/** A bot that came or went is looked at this soon. */
const SOON_MS = 500;
const SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;
const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");
const isError = new Set<string>(ERROR_TYPES);

const room = singleton("alerts", () => {
  const onError = (error: unknown) => logger.warn({ err: error }, "alerts: a look or a message failed");
  const store = createAlertStore();
  const rules = createRuleStore();
  const channels = createChannelStore();
  const readings = createReadingStore();
  const history = createHistoryStore();
  const [errors, failures, transfers] = [createCounter(now), createCounter(now), createCounter(now)];
  const usage = () => machine.usage();
  const sender = createSender({
    ...{
      channels,
      alerts: store,
      outbound,
      mail: mail.deliver,
      notify: notifications.notify,
      unseal,
      now,
      onError,
      publicUrl,
    },
    telegramBase: env.TELEGRAM_API_URL,
  });
  const publish = createPublisher({ notify: notifications.notify, emit, wake: () => void sender.wake() });
  const metrics = createMetrics({
    ...{ store: readings, errors, failures, transfers, machine: usage, now },
  });
  const engine = createEngine({ store: createWatchStore(), rules, metrics, now, newId, publish, onError });
  const sample = createSampler({ store: history, machine: usage, now });
  const alerts = createAlertService({ store, lists: createAlertLists(), rules, publish, now, newId });
  const alertRules = createRuleService({
    ...{ rules, channels, readings, history, publish, emit, now, newId },
  });
  const alertChannels = createChannelService({
    ...{ store: channels, consent: createConsentStore(), sender, seal, unseal, now, newId, mail, publicUrl },
    ...{ hash: hashToken, newToken },
  });

  let timers: NodeJS.Timeout[] = [];
  let soon: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;
  let again = false;
  let remembered: Promise<unknown> = Promise.resolve();

  /** Counters begin with what the database knows, or a restart would resolve what is still in trouble. */
  const remember = () => {
    const at = now();
    const kinds = [
      [errors, history.past.errors],
      [failures, history.past.failures],
      [transfers, history.past.transfers],
    ] as const;
    remembered = Promise.all(
      kinds.map(async ([counter, past]) => {
        counter.clear();
        counter.before(await past(at - DAY_MS, at));
      }),
    ).catch(onError);
  };
  const tick = (): void => {
    if (ticking) {
      again = true;
      return;
    }
    ticking = remembered
      .then(() => engine.tick())
      .then((watches) => (watches ? sample() : undefined))
      .catch(onError)
      .finally(() => {
        ticking = undefined;
        if (again && timers.length > 0) tick();
        again = false;
      });
  };
  const tickSoon = () => {
    if (timers.length === 0) return;
    soon ??= setTimeout(() => {
      soon = undefined;
      tick();
    }, SOON_MS).unref();
  };

  bus.on("logs.stored", ({ bot_id, owner_id, logs }) => {
    const times = logs.filter((log) => isError.has(log.type.toLowerCase())).length;
    if (times > 0) errors.add(bot_id, owner_id, times);
  });
  bus.on("command.settled", ({ command, owner_id }) => {
    // Cancelled by a person is no failure.
    if (command.status === "failed" && command.reason !== "cancelled") failures.add(command.bot_id, owner_id);
  });
  bus.on("task.settled", ({ task, owner_id }) => {
    if (task.status === "failed") transfers.add(`user:${owner_id}`, owner_id);
  });
  bus.on("bot.status", tickSoon);
  bus.on("bot.deleted", tickSoon);
  bus.on("alert.rules", () => {
    engine.forget();
    tickSoon();
  });
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote) void store.forget(user_id).then(engine.forget).catch(onError);
  });

  const sweep = () => {
    const at = now();
    void store.sweep(at - 90 * DAY_MS).catch(onError);
    void channels.sweep(at - 7 * DAY_MS).catch(onError);
  };
  const jobs = {
    start(): void {
      if (timers.length > 0) return;
      timers = [setInterval(tick, TICK_MS).unref(), setInterval(sweep, SWEEP_MS).unref()];
      sender.start();
      remember();
      tick();
    },
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      timers = [];
      clearTimeout(soon);
      soon = undefined;
      await ticking;
      await engine.stop().catch(onError);
      await sender.stop();
    },
  };
  return { alerts, alertRules, alertChannels, jobs };
});

export const alerts = room.alerts;
export const alertRules = room.alertRules;
export const alertChannels = room.alertChannels;
export const alertJobs = room.jobs;
