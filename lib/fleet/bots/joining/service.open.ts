/** Bots of document 004's open mode, which any caller may control, and unregistering. */
import type { Actor } from "@/lib/core/actor";
import type { Bot } from "@/lib/fleet/bots/contract";
import { type Access, demand, noBot } from "@/lib/fleet/bots/service.access";
import type { BotStore } from "@/lib/fleet/bots/store";
import type { BotRow } from "@/lib/fleet/bots/store.rows";

type Deps = {
  store: Pick<BotStore, "find" | "openBots">;
  access: Pick<Access, "fresh">;
  erase: (row: BotRow) => Promise<void>;
  /** Marks a bot offline and notifies its watchers. */
  signOff: (botId: string) => Promise<void>;
};

export function createOpenBots({ store, access, erase, signOff }: Deps) {
  const isOpen = (actor: Actor, row: BotRow) => actor.kind === "public" && row.origin === "open";

  return {
    /** Finds a bot registered through 004's open mode. @throws NOT_FOUND no such bot, or one of another origin */
    async findOpen(botId: string): Promise<Bot> {
      const row = await store.find(botId);
      if (row?.origin !== "open") throw noBot(botId);
      return access.fresh(row);
    },
    /** Every bot registered through 004's open mode, oldest first. */
    listOpen: async (): Promise<Bot[]> => (await store.openBots()).map(access.fresh),
    /**
     * Removes a bot for good (004). A bot that a person owns can be deleted by a person only: when it unregisters
     * itself it goes offline, and its history and queue stay. An anonymous caller reaches only bots of the open mode;
     * the caller of this function has checked that the mode is on.
     *
     * @throws AppError NOT_FOUND, FORBIDDEN as everywhere
     */
    async unregister(actor: Actor, botId: string): Promise<void> {
      const row = await store.find(botId);
      if (!row) throw noBot(botId);
      if (!isOpen(actor, row)) demand(actor, row, "owner");
      if (actor.kind === "user" || row.team_id === null) await erase(row);
      else await signOff(botId);
    },
  };
}
