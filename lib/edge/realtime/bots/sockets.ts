/**
 * The bots that are connected to this process by Socket.IO, the commands pushed to them, and the facts that concern
 * them.
 */
import type { App } from "@/lib/app";
import type { Actor, BotActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { logger } from "@/lib/core/log/logger";
import { BOT_SECTIONS, type ConfigUpdate } from "@/lib/core/settings/contract";
import type { AppSocket } from "@/lib/edge/realtime/handshake";
import { inShares } from "@/lib/edge/realtime/shares";
import type { OwnedBot } from "@/lib/identity/access";
import { type BotPush, createBotPush } from "./push";

/** The interval at which waiting commands are offered to each connected bot again: their lease may have ended. */
const CHORE_MS = 10_000;

/** The sockets of each bot. Commands are pushed to the newest. */
type Here = Map<string, Set<AppSocket>>;

export function createBotSockets(app: App) {
  const { botInstances, botSockets, commands } = app;
  const here: Here = new Map();
  const pushes = createBotPush(app, (botId) => here.get(botId) ?? []);

  /** Registers a bot's socket. `welcome` installs its event handlers before anything is pushed. */
  function enter(socket: AppSocket, actor: BotActor, welcome: () => void): void {
    const { bot_id } = actor;
    const own = here.get(bot_id) ?? new Set();
    here.set(bot_id, own);
    own.add(socket);
    botSockets.connected(bot_id);
    const { arrival } = socket.data;
    if (arrival)
      botInstances
        .connected(actor, arrival)
        .catch((error) => logger.warn({ err: error, bot_id }, "an instance could not be counted"));
    socket.on("disconnect", () => {
      if (arrival) botInstances.disconnected(actor, arrival.instance);
      own.delete(socket);
      if (own.size === 0 && here.get(bot_id) === own) here.delete(bot_id);
      botSockets.disconnected(bot_id);
      if (here.has(bot_id)) pushes.pushAgain(bot_id);
      else commands.disconnected(bot_id, actor.team_id);
    });
    welcome();
    void pushes.welcome(socket, actor);
  }

  return {
    enter,
    pump: pushes.pump,
    count: () => [...here.values()].reduce((sum, sockets) => sum + sockets.size, 0),
    /** @returns a function that stops listening to facts */
    listen: () => listenForBots(app, here, pushes),
    /**
     * Checks a share of the bots with each call. One read finds those with commands to push: a read for each of ten
     * thousand idle bots would take a tenth of a core.
     */
    lookAfter: inShares(CHORE_MS, here, async (share) => {
      const waiting = await commands.waiting(share.map(([botId]) => botId));
      for (const [botId, [socket]] of share) {
        if (socket?.data.actor.kind !== "bot") continue;
        const { team_id } = socket.data.actor;
        if (waiting.has(botId)) void pushes.pump(botId, team_id);
        commands.offer(botId, team_id);
      }
    }),

    /** Sends `config_update` to the bots that may read the section. */
    async tellConfig(update: ConfigUpdate): Promise<void> {
      if (!(BOT_SECTIONS as readonly string[]).includes(update.section)) return;
      const allowed = new Map<number | null, boolean>();
      for (const socket of [...here.values()].flatMap((sockets) => [...sockets])) {
        const { actor } = socket.data;
        if (actor.kind !== "bot") continue;
        if (!allowed.has(actor.team_id)) allowed.set(actor.team_id, await app.config.mayHear(actor.team_id));
        if (allowed.get(actor.team_id)) socket.emit("config_update", update);
      }
    },
  };
}
export type BotSockets = ReturnType<typeof createBotSockets>;

/** A connected bot stays connected when it goes to another team; what it does from now on is announced to that team. */
export function followMove(actor: Actor, { id, team_id }: OwnedBot): void {
  if (actor.kind === "bot" && actor.bot_id === id) actor.team_id = team_id;
}

function listenForBots({ commands }: App, here: Here, { push, pump, inherit }: BotPush): () => void {
  function cut(botId: string) {
    for (const socket of [...(here.get(botId) ?? [])]) socket.disconnect(true);
  }

  const ends = [
    bus.on("command.queued", ({ command, team_id }, { remote }) => {
      if (!here.has(command.bot_id)) return;
      // The command was stored with a lease for the bot's socket in this process, so push it. Otherwise lease what
      // waits.
      if (command.dispatched_at && !remote) push(command);
      else void pump(command.bot_id, team_id);
    }),
    bus.on("command.settled", ({ command, team_id }) => {
      // The command ended without the bot, for example by cancellation: tell the bot, which may be working on it.
      if (command.reason) for (const socket of here.get(command.bot_id) ?? []) socket.emit("command_update", command);
      if (here.has(command.bot_id) && commands.hasBacklog(command.bot_id)) void pump(command.bot_id, team_id);
    }),
    // A bot may have connected here before its process was known to be gone. One bot after the other: there may be thousands.
    bus.on("bus.left", () => {
      let place = 0;
      for (const socket of [...here.values()].flatMap((sockets) => [...sockets]))
        setTimeout(() => void inherit(socket), place++ / 2).unref();
    }),
    bus.on("command.due", ({ bot_id, team_id }) => void pump(bot_id, team_id)),
    bus.on("bot.settings", ({ bot, settings, version }) => {
      for (const socket of here.get(bot.id) ?? [])
        socket.emit("settings_update", { bot_id: bot.id, settings, version });
    }),
    bus.on("bot.token_changed", ({ bot }) => cut(bot.id)),
    bus.on("bot.moved", ({ bot }) => {
      for (const { data } of here.get(bot.id) ?? []) followMove(data.actor, bot);
    }),
    bus.on("bot.deleted", ({ bot }) => cut(bot.id)),
    bus.on("bot.superseded", ({ bot_id, instances }) => {
      for (const socket of [...(here.get(bot_id) ?? [])]) {
        if (!socket.data.arrival || !instances.includes(socket.data.arrival.instance)) continue;
        socket.emit("error", { code: "SUPERSEDED", message: "Another instance of this bot was kept: stop this one" });
        socket.disconnect(true);
      }
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
