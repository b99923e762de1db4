/** Plugins: service, store and log wired together, one of each per process. */
import { resolve } from "node:path";
import type { NotificationsRoom } from "@/lib/community/notifications";
import type { TicketsRoom } from "@/lib/community/tickets";
import type { UserActor } from "@/lib/core/actor";
import { describeAct, performAct, withinContext } from "@/lib/core/acts";
import { bus, emit } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { logger } from "@/lib/core/log/logger";
import { outbound } from "@/lib/core/outbound/index";
import type { SettingsRoom } from "@/lib/core/settings";
import { VERSION } from "@/lib/core/startup/version";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { AlertsRoom } from "@/lib/operations/alerts";
import { subscribe } from "./facts";
import { createPluginLog } from "./log";
import { createPluginService, type PluginService } from "./service";
import { createPluginStore } from "./store";
import { createPluginLogStore } from "./store.log";
import { createPluginValueStore } from "./store.values";

/**
 * The actor for calls of plugins: an admin enabled the plugin, so it may reach what an admin may, within its
 * permissions.
 */
const SERVER: UserActor = {
  kind: "user",
  user_id: 0,
  username: "plugin",
  email: "",
  fullname: "Plugin",
  role: "admin",
  scope: "admin",
  created_at: new Date(0).toISOString(),
};

/** Runs a call of a plugin as the plugin's act. */
const asPlugin = <T>(plugin: string, action: string, work: () => Promise<T>): Promise<T> =>
  withinContext({ plugin }, () => performAct(action, work));

type Deps = Pick<BotsRoom, "bots"> &
  Pick<CommandsRoom, "commands"> &
  Pick<TicketsRoom, "tickets"> &
  Pick<NotificationsRoom, "notifications"> &
  Pick<SettingsRoom, "config"> &
  Pick<AlertsRoom, "alerts">;

/** Builds the room. Call once per process. */
export function createPlugins({ bots, commands, tickets, notifications, config, alerts }: Deps) {
  const lines = createPluginLogStore();
  const service: PluginService = createPluginService({
    store: createPluginStore(),
    lines,
    log: createPluginLog(lines, now),
    places: [resolve("plugins"), ...(env.PLUGINS_DIR ? [env.PLUGINS_DIR] : [])],
    actions: {
      values: createPluginValueStore(),
      async sendCommand(plugin, input) {
        const { team_id } = await bots.reach(SERVER, input.bot_id, "operator");
        const { id, status } = await withinContext({ plugin }, () => commands.queue(input, team_id, null));
        return { id, status };
      },
      async replyTicket(plugin, ticketId, content) {
        const message = { content, is_note: false, attachments: [] };
        const reply = () => tickets.send({ ...SERVER, username: plugin }, ticketId, message);
        const { id } = await asPlugin(plugin, "postTicketMessage", reply);
        return { message_id: id };
      },
      async notify(plugin, notice) {
        await asPlugin(plugin, "sendNotification", () => {
          describeAct({ target: { type: "notification", id: plugin, name: notice.title } });
          return notifications.notify({ ...notice, kind: "plugin" });
        });
      },
      async raiseAlert(plugin, alert) {
        await config.demand("alerts");
        return asPlugin(plugin, "triggerAlert", () => alerts.ofPlugin(plugin, alert));
      },
      resolveAlert: (plugin, group) => asPlugin(plugin, "resolveAlert", () => alerts.overForPlugin(plugin, group)),
      outbound,
    },
    emit,
    now,
    version: VERSION,
  });
  let end: (() => void) | undefined;
  const jobs = {
    async start() {
      const ends = [
        subscribe(service),
        bus.on("bus.gap", () => {
          service.catchUp().catch((error) => logger.warn({ err: error }, "plugins: not caught up with others"));
        }),
        bus.on("plugin.changed", ({ name, change }, { remote }) => {
          if (remote)
            service
              .follow(name, change)
              .catch((error) => logger.warn({ err: error, plugin: name }, "plugins: not followed"));
        }),
      ];
      end = () => {
        for (const one of ends) one();
      };
      await service.start();
    },
    async stop() {
      end?.();
      await service.stop();
    },
  };
  return { plugins: service, pluginJobs: jobs };
}
