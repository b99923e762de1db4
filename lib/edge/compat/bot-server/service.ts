/**
 * Document 004 over the bots and the queue that every other document uses. It stores nothing of its own: a record's
 * `version`, `status` and free fields are the bot's metadata, `params` are a command's payload.
 *
 * Open mode (OPEN_BOT_API): an anonymous caller may do what the document says, with bots that registered anonymously
 * through it and with no other.
 */

import type { Actor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { BotsRoom } from "@/lib/fleet/bots";
import { type Bot, BotStatus } from "@/lib/fleet/bots/contract";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { Command } from "@/lib/fleet/commands/contract";
import type { BsBot, BsCommand } from "./contract";

type Deps = {
  bots: Pick<BotsRoom["bots"], "reach" | "register" | "get" | "list" | "findOpen" | "listOpen" | "unregister" | "seen">;
  commands: Pick<CommandsRoom["commands"], "send" | "queue" | "show" | "clear">;
  now: Clock;
  version: string;
  open: boolean;
};

type Registration = { bot_id: string; name?: string | null; version?: string | null; status?: string | null };

/** Replaces the error for an unknown bot by document 004's text. */
async function known<T>(botId: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND")
      throw new AppError("NOT_FOUND", `Bot ${cutText(botId, 64, "")} is not registered`);
    throw error;
  }
}

const reach = ({ bots }: Pick<Deps, "bots">, actor: Actor, botId: string, least: TeamRole) =>
  known(botId, actor.kind === "public" ? bots.findOpen(botId) : bots.reach(actor, botId, least));

/** Bots the caller may see. */
async function visible({ bots }: Pick<Deps, "bots">, actor: Actor): Promise<Bot[]> {
  if (actor.kind === "public") return bots.listOpen();
  if (actor.kind === "bot") return [await bots.get(actor, actor.bot_id)];
  const all: Bot[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await bots.list(actor, { scope: "visible", limit: 1000, cursor });
    all.push(...page.bots);
    if (!page.next_cursor) return all;
    cursor = page.next_cursor;
  }
}

/**
 * Returns whether this caller reads the queue as the bot. A person who looks at it in the console, or at another
 * person's bot, does not.
 */
const isTheBot = (actor: Actor, teamId: number | null) =>
  actor.kind !== "user" || (actor.user_id === teamId && !actor.session_id);

/** @throws AppError UNAUTHORIZED, FORBIDDEN, CONFLICT as bots.register */
async function register({ bots, open }: Pick<Deps, "bots" | "open">, actor: Actor, record: Registration) {
  const { bot_id, name, version: its, status, ...rest } = record;
  const word = BotStatus.safeParse(status);
  const made = await bots.register(
    actor,
    {
      bot_id,
      name: name || undefined,
      status: word.success ? word.data : undefined,
      metadata: { ...rest, ...(its ? { version: its } : {}), ...(status ? { status } : {}) },
    },
    { open, replace: true },
  );
  const message = `Bot ${bot_id} registered successfully`;
  const { token, claim_code } = made;
  // A bot that registered with a credential has one already. A bot without one needs none while open mode is on.
  return {
    status: "success" as const,
    message,
    bot_id,
    ...(token && actor.kind !== "public" ? { token } : {}),
    ...(claim_code ? { claim_code } : {}),
  };
}

export function createBsService(deps: Deps) {
  const { bots, commands, now, version, open } = deps;

  return {
    open,

    async health(actor: Actor) {
      const registered_bots = (await visible(deps, actor)).length;
      return { status: "healthy" as const, version, timestamp: iso(now()), registered_bots };
    },

    register: (actor: Actor, record: Registration) => register(deps, actor, record),

    /** @throws AppError NOT_FOUND, FORBIDDEN as commands.send */
    async command(actor: Actor, input: { bot_id: string; command: string; params?: Record<string, unknown> | null }) {
      const { bot_id, command: type, params } = input;
      const queued = { bot_id, type, payload: params ?? {} };
      if (actor.kind === "public") {
        const { team_id } = await reach(deps, actor, bot_id, "operator");
        await commands.queue(queued, team_id, null);
      } else {
        await known(bot_id, commands.send(actor, queued));
      }
      return { status: "success" as const, message: `Command sent to bot ${bot_id}`, command: type };
    },

    async commands(actor: Actor, botId: string) {
      const { team_id } = await reach(deps, actor, botId, "viewer");
      const counts = isTheBot(actor, team_id);
      if (counts) bots.seen(botId);
      const shown = await commands.show(botId, counts);
      return { status: "success" as const, bot_id: botId, commands: shown.map(toBsCommand) };
    },

    async clear(actor: Actor, botId: string) {
      const { team_id } = await reach(deps, actor, botId, "operator");
      if (isTheBot(actor, team_id)) bots.seen(botId);
      const cleared_count = await commands.clear(botId, team_id);
      const message = `Cleared ${cleared_count} commands for bot ${botId}`;
      return { status: "success" as const, message, cleared_count };
    },

    async list(actor: Actor) {
      const all = (await visible(deps, actor)).map(toBsBot);
      return { status: "success" as const, bots: all, total_count: all.length };
    },

    async unregister(actor: Actor, botId: string) {
      await known(botId, bots.unregister(actor, botId));
      return { status: "success" as const, message: `Bot ${botId} unregistered successfully` };
    },
  };
}

const toBsCommand = (command: Command): BsCommand => ({
  command: command.type,
  timestamp: command.created_at,
  status: "pending",
  ...(Object.keys(command.payload).length > 0 ? { params: command.payload } : {}),
});

const toBsBot = (bot: Bot): BsBot => {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const [version, status] = [text(bot.metadata.version), text(bot.metadata.status)];
  return {
    bot_id: bot.id,
    registered_at: bot.created_at,
    last_seen: bot.last_active ?? bot.created_at,
    pending_commands: bot.pending_commands,
    ...(bot.name !== bot.id ? { name: bot.name } : {}),
    ...(version ? { version } : {}),
    ...(status ? { status } : {}),
  };
};
