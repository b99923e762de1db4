/** Decides for every room which actors may read a bot and which may manage it, and shows bots to them. */

import type { Actor } from "@/lib/core/actor";
import { describeAct, noteTeam } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { canSee, needsRole, type OwnedBot, reaches, roleOnBot } from "@/lib/identity/access";
import type { Bot } from "./contract";
import type { Presence } from "./presence/presence";
import { createRecent } from "./recent";
import type { BotStore } from "./store";
import { type BotRow, toBot } from "./store.rows";

type Deps = { store: Pick<BotStore, "find" | "findMany">; presence: Pick<Presence, "lastHeard">; now: Clock };

const READ_MAX = 1000;

export const noBot = (id: string) => new AppError("NOT_FOUND", `No bot ${cutText(id, 64, "")}`);

/** @throws AppError NOT_FOUND, FORBIDDEN if the actor's role on the bot is below `least` */
export function demand(actor: Actor, bot: OwnedBot, least: TeamRole): void {
  const role = roleOnBot(actor, bot);
  if (role === null) {
    describeAct({ isHidden: true, target: { type: "bot", id: bot.id } });
    throw noBot(bot.id);
  }
  if (actor.kind === "user") noteTeam(bot.team_id);
  if (!reaches(role, least)) throw needsRole(least, role, "bot");
}

export function createAccess({ store, presence, now }: Deps) {
  const teams = createRecent<number | null>("bots", now);

  /** The team that owns a bot; undefined when there is no such bot. */
  async function teamOf(botId: string): Promise<number | null | undefined> {
    const known = teams.get(botId);
    if (known !== undefined) return known;
    const row = await store.find(botId);
    if (row) teams.set(botId, row.team_id);
    return row?.team_id;
  }

  /** Returns the API form of a row, including a heartbeat that is not stored yet. */
  function fresh(row: BotRow): Bot {
    const heard = presence.lastHeard(row.id);
    return toBot(heard && heard > (row.last_active ?? 0) ? { ...row, last_active: heard } : row);
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN as `reach` */
  async function readRow(actor: Actor, botId: string, least: TeamRole): Promise<BotRow> {
    const row = await store.find(botId);
    if (!row) throw noBot(botId);
    demand(actor, row, least);
    return row;
  }

  return {
    fresh,
    readRow,
    forgetTeam: teams.delete,

    /**
     * Returns the bot's team if the actor's role on the bot is at least `least`. A bot acting on itself costs no look-up.
     *
     * @throws AppError NOT_FOUND  no such bot, or not one the actor may see
     * @throws AppError FORBIDDEN  the actor's role is lower
     */
    async reach(actor: Actor, botId: string, least: TeamRole): Promise<OwnedBot> {
      if (actor.kind === "bot") {
        if (actor.bot_id !== botId) throw noBot(botId);
        return { id: botId, team_id: actor.team_id };
      }
      const team = await teamOf(botId);
      if (team === undefined) throw noBot(botId);
      const bot = { id: botId, team_id: team };
      demand(actor, bot, least);
      return bot;
    },

    /** @throws AppError NOT_FOUND */
    get: async (actor: Actor, botId: string): Promise<Bot> => fresh(await readRow(actor, botId, "viewer")),

    /** Returns the requested bots that the actor may see, by id. At most 1000 at once. */
    async getMany(actor: Actor, ids: string[]): Promise<Map<string, Bot>> {
      const rows = await store.findMany(ids.slice(0, READ_MAX));
      return new Map(rows.filter((row) => canSee(actor, row)).map((row) => [row.id, fresh(row)]));
    },
  };
}

export type Access = ReturnType<typeof createAccess>;
