/** Pushes commands to the bots that are connected to this process. */
import type { App } from "@/lib/app";
import type { BotActor } from "@/lib/core/actor";
import { logger } from "@/lib/core/log/logger";
import type { AppSocket } from "@/lib/edge/realtime/handshake";
import { isFor } from "@/lib/fleet/commands";
import type { Command } from "@/lib/fleet/commands/contract";

/** How long a bot may take to confirm a pushed command; it may still ack it later. */
const CONFIRM_MS = 60_000;

const shardsOf = ({ data }: AppSocket): readonly number[] | undefined => data.arrival?.part?.shards;

/** @param socketsOf returns a bot's sockets in this process, the newest last */
export function createBotPush({ commands }: Pick<App, "commands">, socketsOf: (botId: string) => Iterable<AppSocket>) {
  /** Bots whose queue is being read. True means that it must be read once more afterwards. */
  const pumping = new Map<string, boolean>();

  function push(command: Command) {
    const socket = [...socketsOf(command.bot_id)].findLast((one) => isFor(command, shardsOf(one)));
    socket?.timeout(CONFIRM_MS).emit("new_command", command, (error: Error | null) => {
      if (!error) commands.confirm(command.bot_id, command.id);
    });
  }

  /**
   * Returns the shards of each program of the bot in this process, newest first; undefined for a program that names
   * none and so gets all.
   */
  function programsHere(botId: string): Set<readonly number[] | undefined> {
    return new Set([...socketsOf(botId)].map(shardsOf).reverse());
  }

  /** Send unconfirmed commands of an earlier socket before newer ones. A bot drops duplicates by the command's id. */
  function pushAgain(botId: string) {
    for (const command of commands.unreceived(botId)) push(command);
  }

  /** Pushes to a socket what a process that has ended pushed to its bot. */
  async function inherit(socket: AppSocket) {
    const { actor } = socket.data;
    if (actor.kind !== "bot" || !socket.connected) return;
    const { bot_id, team_id } = actor;
    try {
      for (const command of await commands.inherit(bot_id, team_id, shardsOf(socket))) push(command);
    } catch (error) {
      logger.warn({ err: error, bot_id }, "commands of an ended process were not taken over; their leases end by time");
    }
  }

  /** Pushes everything that waits for a bot whose socket has just connected, the oldest first. */
  async function welcome(socket: AppSocket, { bot_id, team_id }: BotActor) {
    pushAgain(bot_id);
    await inherit(socket);
    await pump(bot_id, team_id);
  }

  /** Leases and pushes commands that wait for a connected bot. Calls during a run cause one more run. */
  async function pump(botId: string, teamId: number | null) {
    if (pumping.has(botId)) return void pumping.set(botId, true);
    try {
      do {
        pumping.set(botId, false);
        for (const shards of programsHere(botId))
          for (const command of await commands.dispatch(botId, teamId, shards)) push(command);
      } while (pumping.get(botId));
    } catch (error) {
      logger.warn({ err: error, bot_id: botId }, "commands could not be pushed; they are tried again");
    } finally {
      pumping.delete(botId);
    }
  }

  return { push, pushAgain, pump, inherit, welcome };
}
export type BotPush = ReturnType<typeof createBotPush>;
