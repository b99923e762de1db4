/** Rules of what bots tell: who may store and read logs, messages and synced data, and how they leave as files. */

import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { type Clock, instant, iso } from "@/lib/core/clock";
import { placed } from "@/lib/core/cursors";
import { AppError, invalid } from "@/lib/core/errors";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { cutText } from "@/lib/core/format/text";
import { staleUpdate } from "@/lib/core/versions";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { Part } from "@/lib/fleet/bots/contract.shards";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { Command } from "@/lib/fleet/commands/contract";
import { seesAll } from "@/lib/identity/access";
import type {
  exportLogs as exportLogsContract,
  exportMessages as exportMessagesContract,
  LogQuery,
  MessageQuery,
  Retention,
} from "./contract";
import { FILTER_BOTS_MAX } from "./contract.constants";
import { type Download, download, filename, jsonItems } from "./export";
import {
  asText,
  clean,
  eventAt,
  type LogsInput,
  type MessagesInput,
  type Receipt,
  receipt,
  toLog,
  toMessage,
  typeOf,
} from "./rows";
import type { Filter, Range } from "./search/store.match";
import { level, parseSearch } from "./search/tokenize";
import type { TelemetryStore } from "./store";
import type { Reader } from "./store.read";
import type { RetentionStore, StoredPolicy } from "./store.retention";
import type { PartDataStore } from "./store.shards";
import { type AnyReader, END, mapped, type Order, walk } from "./walk";

type Deps = {
  store: TelemetryStore;
  partData: PartDataStore;
  logs: Reader<"log">;
  messages: Reader<"message">;
  retention: RetentionStore;
  bots: Pick<BotsRoom["bots"], "reach" | "get" | "seen">;
  commands: Pick<CommandsRoom["commands"], "list">;
  emit: Emit;
  now: Clock;
  newId: () => string;
};
type ExportLogs = (typeof exportLogsContract)["query"]["_output"];
type ExportMessages = (typeof exportMessagesContract)["query"]["_output"];

const COMMAND_PAGE = 200;

export function createTelemetryService(deps: Deps) {
  const { store, partData, logs, messages, retention, bots, commands, emit, now, newId } = deps;

  /** Never behind the stamp before, so that times grow with seq even when the system's clock is set back a little. */
  let last = 0;
  const stamp = () => {
    last = Math.max(now(), last);
    return last;
  };

  async function poster(actor: Actor, botId: string): Promise<void> {
    await bots.reach(actor, botId, "manage");
    if (actor.kind === "bot") bots.seen(botId);
  }

  /**
   * Stores one log or an array of them, whole or not at all, and announces them once they are committed.
   *
   * @returns how many were stored, and which of their fields could not be used
   * @throws AppError NOT_FOUND   no such bot, or not one the actor may see
   * @throws AppError FORBIDDEN   the actor may only read it
   * @throws AppError UNAVAILABLE too much is waiting to be written; nothing was stored
   */
  async function postLogs(actor: Actor, botId: string, input: LogsInput): Promise<Receipt> {
    await poster(actor, botId);
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
    const { owner_id, seqs } = await store.addLogs({ bot_id: botId, at, rows });
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
    emit("logs.stored", { bot_id: botId, owner_id, logs: stored });
    return receipt(stored.length, ignored);
  }

  /** Stores one message event or an array of them; as postLogs. */
  async function postMessages(actor: Actor, botId: string, input: MessagesInput): Promise<Receipt> {
    await poster(actor, botId);
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
    const { owner_id } = await store.addMessages({ bot_id: botId, at, rows });
    const received_at = iso(at);
    const stored = rows.map(({ event_at, ...row }, index) => ({
      ...row,
      metadata: items[index]!.metadata ?? {},
      timestamp: event_at === null ? received_at : iso(event_at),
      received_at,
      bot_id: botId,
    }));
    emit("messages.stored", { bot_id: botId, owner_id, messages: stored });
    return receipt(stored.length, ignored);
  }

  /** The filter that limits the actor's lists and exports. @throws NOT_FOUND when the actor may not see the bot */
  async function scope(actor: Actor, botId: string | undefined): Promise<Filter> {
    if (botId !== undefined) {
      await bots.reach(actor, botId, "read");
      return { bot_id: botId };
    }
    if (actor.kind === "bot") return { bot_id: actor.bot_id };
    return seesAll(actor) ? {} : { owner_id: asUser(actor).user_id };
  }

  /** Each bot that a filter names. @throws AppError as scope; INVALID_INPUT too many */
  async function scopeOfMany(actor: Actor, text: string): Promise<Filter> {
    const ids = [...new Set(text.split(",").filter(Boolean))];
    if (ids.length === 0 || ids.length > FILTER_BOTS_MAX)
      throw invalid("bot_ids", `must name 1 to ${FILTER_BOTS_MAX} bots`);
    for (const id of ids) await bots.reach(actor, id, "read");
    return { bot_ids: ids };
  }

  type Common = { bot_id?: string; bot_ids?: string; search?: string; after?: string; before?: string };
  async function filterOf(actor: Actor, query: Common & { level?: string; thread_id?: string }): Promise<Filter> {
    const at = now();
    const levels = [...new Set((query.level ?? "").split(",").map((name) => level(clean(name.trim()))))].filter(
      Boolean,
    );
    return {
      ...(query.bot_ids === undefined || query.bot_id !== undefined
        ? await scope(actor, query.bot_id)
        : await scopeOfMany(actor, query.bot_ids)),
      levels: levels.length > 0 ? levels : undefined,
      thread_id: query.thread_id === undefined ? undefined : clean(query.thread_id),
      search: parseSearch(query.search),
      from: instant(query.after, at),
      to: instant(query.before, at),
    };
  }

  /**
   * Logs the actor may see: newest first and paged by `cursor`, or with `since` those with a greater id, oldest first;
   * `order` says otherwise.
   *
   * `level` is one type or several with commas, without case; warn and warning are one. `search` finds words that must
   * all occur, in any order, without case and accents; the last may be the beginning of one, from three letters on.
   * Parts from within a word are not found, and nothing in the text is syntax.
   *
   * `next_cursor` is null at the end; with `since` it is the `since` of the next page.
   *
   * @throws AppError NOT_FOUND no such bot, or not one the actor may see
   */
  async function listLogs(actor: Actor, query: LogQuery) {
    const filter = await filterOf(actor, query);
    const { order = query.since === undefined ? "desc" : "asc" } = query;
    const range = rangeOf(query);
    range.above = Math.max(range.above, Number(query.since ?? 0));
    const { rows, next } = await page(logs, filter, range, order, query.limit);
    return { logs: rows.map((row) => placed(toLog(row), row.seq)), count: rows.length, next_cursor: next };
  }

  /** Messages the actor may see, newest first unless `order` says otherwise, paged by `cursor`; search as in listLogs. @throws NOT_FOUND */
  async function listMessages(actor: Actor, query: MessageQuery) {
    const filter = await filterOf(actor, query);
    const { rows, next } = await page(messages, filter, rangeOf(query), query.order ?? "desc", query.limit);
    const shown = rows.map((row) => placed(toMessage(row), row.seq));
    return { messages: shown, count: rows.length, next_cursor: next };
  }

  /** The start of a page: a cursor is the last id of the page before, in that page's order. */
  const rangeOf = ({ order, cursor }: { order?: Order; cursor?: string }): Range =>
    order === "asc" ? { above: Number(cursor ?? 0), below: END } : { above: 0, below: Number(cursor ?? END) };

  /** One row more than asked for tells whether there is a next page. */
  async function page<Row extends { seq: number }>(
    reader: AnyReader<Row>,
    filter: Filter,
    range: Range,
    order: Order,
    limit: number,
  ): Promise<{ rows: Row[]; next: string | null }> {
    if (limit === 0) return { rows: [], next: null };
    const found = await reader.page(filter, { ...(await reader.within(filter, range)), order, limit: limit + 1 });
    const rows = found.slice(0, limit);
    return { rows, next: found.length > limit ? String(rows.at(-1)!.seq) : null };
  }

  /** The newest `limit` logs that fit, oldest first unless `order` says otherwise, as a file. Filters as in listLogs. @throws NOT_FOUND */
  async function exportLogs(actor: Actor, query: ExportLogs): Promise<Download> {
    const pages = walk(logs, await filterOf(actor, query), query.limit, query.order);
    return download("logs", query.format, query.bot_id, iso(now()), mapped(pages, toLog), query.bom);
  }

  /** The newest `limit` messages that fit, in order as logs, as a file. @throws NOT_FOUND */
  async function exportMessages(actor: Actor, query: ExportMessages): Promise<Download> {
    const pages = walk(messages, await filterOf(actor, query), query.limit, query.order);
    return download("messages", query.format, query.bot_id, iso(now()), mapped(pages, toMessage), query.bom);
  }

  async function* commandPages(actor: Actor, botId: string, order: Order): AsyncGenerator<Command[]> {
    for (let cursor: string | undefined; ; ) {
      const found = await commands.list(actor, { bot_id: botId, limit: COMMAND_PAGE, order, cursor });
      yield found.commands;
      if (found.next_cursor === null) return;
      cursor = found.next_cursor;
      await yieldToEventLoop();
    }
  }

  /** Everything stored of a bot as one JSON document, each list in this order. @throws NOT_FOUND */
  async function exportBot(actor: Actor, botId: string, order: Order = "asc"): Promise<Download> {
    const bot = await bots.get(actor, botId);
    const data = (await store.data(botId))?.data ?? null;
    const at = iso(now());
    async function* stream() {
      yield `{"exported_at":${JSON.stringify(at)},"bot":${JSON.stringify(bot)},"data":${JSON.stringify(data)},"commands":[`;
      yield* jsonItems(commandPages(actor, botId, order));
      yield `],"logs":[`;
      yield* jsonItems(mapped(walk(logs, { bot_id: botId }, END, order), toLog));
      yield `],"messages":[`;
      yield* jsonItems(mapped(walk(messages, { bot_id: botId }, END, order), toMessage));
      yield "]}";
    }
    return {
      filename: filename("bot", botId, at, "json"),
      contentType: "application/json; charset=utf-8",
      stream: stream(),
    };
  }

  /** Replaces the sent ones of groups, friends and metadata; fields that were not sent stay as they were. */
  async function sync(
    actor: Actor,
    botId: string,
    input: { groups?: unknown[]; friends?: unknown[]; metadata?: Record<string, unknown>; part?: Part | null },
  ): Promise<void> {
    await poster(actor, botId);
    const { groups, friends, metadata } = input;
    const change = Object.fromEntries(Object.entries({ groups, friends, metadata }).filter(([, value]) => value));
    const { part } = input;
    const synced = await (part ? partData.sync(botId, part, now(), change) : store.sync(botId, now(), change));
    if (!synced) throw new AppError("NOT_FOUND", `No bot ${cutText(botId, 64, "")}`);
    emit("data.synced", { bot_id: botId, ...synced });
  }

  /** Returns a bot's last synced data and its time (ISO); null when it never synced. @throws NOT_FOUND */
  async function data(
    actor: Actor,
    botId: string,
  ): Promise<{ data: Record<string, unknown>; updated_at: string } | null> {
    await bots.reach(actor, botId, "read");
    const stored = await store.data(botId);
    return stored && { data: stored.data, updated_at: iso(stored.at) };
  }

  /** How long things are kept. @throws UNAUTHORIZED, FORBIDDEN */
  async function getRetention(actor: Actor): Promise<StoredPolicy> {
    asAdmin(actor);
    return retention.policy();
  }

  /**
   * Changes the sent fields of the policy; the background chore applies it.
   *
   * @param edited  the version they were edited from, if it must still be stored
   * @throws AppError UNAUTHORIZED, FORBIDDEN; CONFLICT another version is stored
   */
  async function putRetention(actor: Actor, change: Partial<Retention>, edited?: number): Promise<StoredPolicy> {
    asAdmin(actor, "admin");
    const changed = await retention.changePolicy(change, edited);
    if (changed) return changed;
    const { retention: value, version } = await retention.policy();
    throw staleUpdate("The retention policy", { version, value }, edited!, { ...value, ...change });
  }

  return {
    postLogs,
    postMessages,
    listLogs,
    listMessages,
    exportLogs,
    exportMessages,
    exportBot,
    sync,
    data,
    getRetention,
    putRetention,
  };
}
