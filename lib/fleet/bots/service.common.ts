/** Shared by the services of this room: how a bot is stored and announced. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { Quotas } from "@/lib/core/quotas";
import type { Bot } from "./contract";
import type { NewBot } from "./joining/store";
import { type Access, noBot } from "./service.access";
import type { BotStore } from "./store";

export type Secrets = {
  newToken: () => string;
  newBotId: () => string;
  newClaimCode: () => string;
  hash: (token: string) => string;
  seal: (token: string) => string;
  unseal: (cipher: string) => string;
};

/** Stores a bot with a new token. @returns the token; null when the id is taken @throws CONFLICT the team owns too many */
export type InsertBot = (
  actor: Actor,
  bot: Omit<NewBot, "metadata" | "token_hash" | "token_cipher" | "created_at"> & { metadata: object },
) => Promise<string | null>;

type InsertDeps = { store: Pick<BotStore, "insert">; quotas: Pick<Quotas, "of">; secrets: Secrets; now: Clock };
export const createInsert =
  ({ store, quotas, secrets, now }: InsertDeps): InsertBot =>
  async (actor, bot) => {
    const token = secrets.newToken();
    describeAct({
      target: { type: "bot", id: bot.id, name: bot.name },
      after: { name: bot.name, team_id: bot.team_id },
    });
    const row = {
      ...bot,
      metadata: JSON.stringify(bot.metadata),
      token_hash: secrets.hash(token),
      token_cipher: secrets.seal(token),
      created_at: now(),
    };
    const quota = bot.team_id === null ? undefined : await quotas.of("bots", bot.team_id);
    const stored = await store.insert(row, quota?.max);
    if (stored === "full") throw await quota!.reached(actor);
    return stored === "added" ? token : null;
  };

/** Emits a fact with the bot as it is stored now. @throws AppError NOT_FOUND */
export type Announce = (
  name: "bot.registered" | "bot.updated" | "bot.adopted" | "bot.moved",
  botId: string,
) => Promise<Bot>;

type AnnounceDeps = { store: Pick<BotStore, "find">; access: Pick<Access, "fresh">; emit: Emit };
export const createAnnounce =
  ({ store, access, emit }: AnnounceDeps): Announce =>
  async (name, botId) => {
    const row = await store.find(botId);
    if (!row) throw noBot(botId);
    const bot = access.fresh(row);
    emit(name, { bot });
    return bot;
  };
