/** Decides for every room which actors may read a bot and which may manage it, and shows bots to them. */
import type { Actor } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { mayOnBot } from "@/lib/identity/access";
import type { Bot } from "./contract";
import type { Presence } from "./presence/presence";
import { createRecent } from "./recent";
import type { BotStore } from "./store";
import { type BotRow, toBot } from "./store.rows";

type Deps = { store: Pick<BotStore, "find" | "findMany">; presence: Pick<Presence, "lastHeard">; now: Clock };
type Need = "read" | "manage";
type Owned = { id: string; owner_id: number | null };

const READ_MAX = 1000;

export const noBot = (id: string) => new AppError("NOT_FOUND", `No bot ${cutText(id, 64, "")}`);

/** @throws AppError NOT_FOUND, FORBIDDEN if the actor may not do `need` with the bot */
export function demand(actor: Actor, bot: Owned, need: Need): void {
  const may = mayOnBot(actor, bot);
  if (may === "nothing") throw noBot(bot.id);
  if (need === "manage" && may === "read") throw new AppError("FORBIDDEN", "You can see this bot but not change it");
}

export function createAccess({ store, presence, now }: Deps) {
  const owners = createRecent<number | null>("bots", now);

  /** The owner of a bot; undefined when there is no such bot. */
  async function ownerOf(botId: string): Promise<number | null | undefined> {
    const known = owners.get(botId);
    if (known !== undefined) return known;
    const row = await store.find(botId);
    if (row) owners.set(botId, row.owner_id);
    return row?.owner_id;
  }

  /** Returns the API form of a row, including a heartbeat that is not stored yet. */
  function fresh(row: BotRow): Bot {
    const heard = presence.lastHeard(row.id);
    return toBot(heard && heard > (row.last_active ?? 0) ? { ...row, last_active: heard } : row);
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN as `reach` */
  async function readRow(actor: Actor, botId: string, need: Need): Promise<BotRow> {
    const row = await store.find(botId);
    if (!row) throw noBot(botId);
    demand(actor, row, need);
    return row;
  }

  return {
    fresh,
    readRow,
    forgetOwner: owners.delete,

    /**
     * Returns the bot's owner if the actor may do `need` with the bot. A bot acting on itself costs no look-up.
     *
     * @throws AppError NOT_FOUND  no such bot, or not one the actor may see
     * @throws AppError FORBIDDEN  the actor may only read the bot
     */
    async reach(actor: Actor, botId: string, need: Need): Promise<Owned> {
      if (actor.kind === "bot") {
        if (actor.bot_id !== botId) throw noBot(botId);
        return { id: botId, owner_id: actor.owner_id };
      }
      const owner = await ownerOf(botId);
      if (owner === undefined) throw noBot(botId);
      const bot = { id: botId, owner_id: owner };
      demand(actor, bot, need);
      return bot;
    },

    /** @throws AppError NOT_FOUND */
    get: async (actor: Actor, botId: string): Promise<Bot> => fresh(await readRow(actor, botId, "read")),

    /** Returns the requested bots that the actor may see, by id. At most 1000 at once. */
    async getMany(actor: Actor, ids: string[]): Promise<Map<string, Bot>> {
      const rows = await store.findMany(ids.slice(0, READ_MAX));
      return new Map(rows.filter((row) => mayOnBot(actor, row) !== "nothing").map((row) => [row.id, fresh(row)]));
    },
  };
}

export type Access = ReturnType<typeof createAccess>;
