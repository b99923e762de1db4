/** Stores the logs, messages and synced data that bots send, and announces each after its commit. */

import type { Actor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, createStamps, iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { Part } from "@/lib/fleet/bots/contract.shards";
import { asText, clean, eventAt, type LogsInput, type MessagesInput, type Receipt, receipt, typeOf } from "./rows";
import type { DataStore } from "./store.data";
import type { IngestStore } from "./store.hot";
import type { PartDataStore } from "./store.shards";

type Deps = {
  store: IngestStore;
  data: Pick<DataStore, "sync">;
  partData: PartDataStore;
  bots: Pick<BotsRoom["bots"], "reach" | "seen">;
  emit: Emit;
  now: Clock;
  newId: () => string;
};

async function asPoster({ bots }: Pick<Deps, "bots">, actor: Actor, botId: string): Promise<void> {
  await bots.reach(actor, botId, "maintainer");
  if (actor.kind === "bot") bots.seen(botId);
}

export function createPostService(deps: Pick<Deps, "store" | "bots" | "emit" | "now" | "newId">) {
  const { store, emit, now, newId } = deps;

  // Times grow with seq, except where the clock was set back: the store notes those rows (store.steps.ts).
  const stamp = createStamps(now);

  return {
    /**
     * Stores one log or an array of them, all or none, and announces them once they are committed.
     *
     * @returns the number stored, and the names of fields that could not be used
     * @throws AppError NOT_FOUND   no such bot, or not one the actor may see
     * @throws AppError FORBIDDEN   the actor is no maintainer of the bot
     * @throws AppError UNAVAILABLE too many writes are waiting; nothing was stored
     */
    async postLogs(actor: Actor, botId: string, input: LogsInput): Promise<Receipt> {
      await asPoster(deps, actor, botId);
      const items = Array.isArray(input) ? input : [input];
      if (items.length === 0) return { received: 0 };
      const at = stamp();
      const ignored = new Set<string>();
      const rows = items.map((item) => ({
        type: typeOf(item, ignored),
        message: clean(item.message),
        metadata: asText(item.metadata),
        event_at: eventAt(item.timestamp, at, ignored),
      }));
      const { team_id, seqs } = await store.addLogs({ bot_id: botId, at, rows });
      const received_at = iso(at);
      const stored = rows.map(({ type, message, event_at }, index) => ({
        id: seqs[index]!,
        type,
        level: type,
        message,
        timestamp: event_at === null ? received_at : iso(event_at),
        received_at,
        metadata: items[index]!.metadata ?? {},
        bot_id: botId,
      }));
      emit("logs.stored", { bot_id: botId, team_id, logs: stored });
      return receipt(stored.length, ignored);
    },

    /** Stores one message or an array of them, under the rules of `postLogs`. */
    async postMessages(actor: Actor, botId: string, input: MessagesInput): Promise<Receipt> {
      await asPoster(deps, actor, botId);
      const items = Array.isArray(input) ? input : [input];
      if (items.length === 0) return { received: 0 };
      const at = stamp();
      const ignored = new Set<string>();
      const rows = items.map((item) => ({
        id: newId(),
        message: clean(item.message),
        author_id: clean(item.author_id),
        author_name: clean(item.author_name),
        thread_id: clean(item.thread_id),
        thread_type: item.thread_type,
        metadata: asText(item.metadata),
        event_at: eventAt(item.timestamp, at, ignored),
      }));
      const { team_id } = await store.addMessages({ bot_id: botId, at, rows });
      const received_at = iso(at);
      const stored = rows.map(({ event_at, ...row }, index) => ({
        ...row,
        metadata: items[index]!.metadata ?? {},
        timestamp: event_at === null ? received_at : iso(event_at),
        received_at,
        bot_id: botId,
      }));
      emit("messages.stored", { bot_id: botId, team_id, messages: stored });
      return receipt(stored.length, ignored);
    },
  };
}

export function createSyncService(deps: Pick<Deps, "data" | "partData" | "bots" | "emit" | "now">) {
  const { data, partData, emit, now } = deps;
  return {
    /** Replaces those of groups, friends and metadata that were sent; the other fields keep their values. */
    async sync(
      actor: Actor,
      botId: string,
      input: { groups?: unknown[]; friends?: unknown[]; metadata?: Record<string, unknown>; part?: Part | null },
    ): Promise<void> {
      await asPoster(deps, actor, botId);
      const { groups, friends, metadata } = input;
      const change = Object.fromEntries(Object.entries({ groups, friends, metadata }).filter(([, value]) => value));
      const { part } = input;
      const synced = await (part ? partData.sync(botId, part, now(), change) : data.sync(botId, now(), change));
      if (!synced) throw new AppError("NOT_FOUND", `No bot ${cutText(botId, 64, "")}`);
      emit("data.synced", { bot_id: botId, ...synced });
    },
  };
}
