/** Resolvers of document 002: system, logs, caches, services, plugins. */

import type { App } from "@/lib/app";
import { percentText, speedText } from "@/lib/core/format/units";
import { logger } from "@/lib/core/log/logger";
import { administrating, type Context, forStaff } from "@/lib/edge/graphql/context";
import { stream } from "@/lib/edge/graphql/stream";
import { liveField } from "@/lib/edge/graphql/subscriptions";

const METRICS_MS = 5_000;

/** A UTC time without fraction and zone, as document 002's samples of status, alerts and backups show it. */
export const plainTime = (time: string): string => time.slice(0, 19);
/** A UTC time to the second, as document 002's other samples show it. */
export const secondTime = (time: string): string => `${time.slice(0, 19)}Z`;

const query = ({ system }: App) => ({
  async status(_: unknown, __: unknown, { actor }: Context) {
    const status = await system.status(actor);
    return { ...status, timestamp: plainTime(status.timestamp) };
  },
  loggerStats: (_: unknown, __: unknown, { actor }: Context) => system.loggerStats(actor),
});

const mutation = ({ system }: App) => ({
  clearCache: administrating((_, __: unknown, { actor }) => system.clearCache(actor)),
  restartService: administrating((_, { service }: { service: string }, { actor }) => system.restart(actor, service)),
});

export const pluginAdmin = ({ plugins }: App) => ({
  query: { plugins: forStaff((_, __: unknown, { actor }) => plugins.list(actor)) },
  mutation: {
    togglePlugin: administrating(async (_, args: { pluginName: string; enabled: boolean }, { actor }) => {
      const { enabled } = await plugins.setEnabled(actor, args.pluginName, args.enabled);
      return { success: true, message: `Plugin ${enabled ? "enabled" : "disabled"} successfully` };
    }),
  },
});

async function metrics(read: App["systemMetrics"]) {
  const one = await read();
  return {
    timestamp: secondTime(one.timestamp),
    cpuUsage: percentText(one.cpuUsage / 100),
    memoryUsage: percentText(one.memoryUsage / 100),
    diskUsage: percentText(one.diskUsage / 100),
    networkIn: speedText(one.networkIn),
    networkOut: speedText(one.networkOut),
  };
}

const subscription = ({ systemMetrics }: App) => ({
  systemMetrics: liveField<unknown, Awaited<ReturnType<typeof metrics>>>((_, actor) =>
    stream(actor, (push) => {
      // Skip a reading that fails; the next one follows soon.
      const measure = () =>
        void metrics(systemMetrics).then(push, (error) =>
          logger.warn({ err: error }, "graphql: the load of the machine could not be read"),
        );
      measure();
      const timer = setInterval(measure, METRICS_MS).unref();
      return [() => clearInterval(timer)];
    }),
  ),
});

export const server = (app: App) => ({
  query: query(app),
  mutation: mutation(app),
  subscription: subscription(app),
});
