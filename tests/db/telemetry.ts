/** The telemetry room's services on the open database, with bots of two users and stand-ins for the other rooms. */
import { vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import type { TeamRole } from "@/lib/core/contract.roles";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { deletingBots, hiddenBots } from "@/lib/fleet/bots";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Command } from "@/lib/fleet/commands/contract";
import { createRetention } from "@/lib/fleet/commands/store.retention";
import { listLogs, listMessages, postLogs, postMessages } from "@/lib/fleet/telemetry/contract";
import { createExportService } from "@/lib/fleet/telemetry/export/service";
import { END } from "@/lib/fleet/telemetry/export/walk";
import { type Filter, moveOn, type Order } from "@/lib/fleet/telemetry/search/match";
import { createCountService } from "@/lib/fleet/telemetry/service.counts";
import { createReadService } from "@/lib/fleet/telemetry/service.read";
import { createPostService, createSyncService } from "@/lib/fleet/telemetry/service.write";
import { createDataStore } from "@/lib/fleet/telemetry/store.data";
import { createIngestStore, type NewLog } from "@/lib/fleet/telemetry/store.hot";
import { createReader, type Reader } from "@/lib/fleet/telemetry/store.read";
import { createPartDataStore } from "@/lib/fleet/telemetry/store.shards";
import type { Rows, Table } from "@/lib/fleet/telemetry/store.types";
import { aStoredBot } from "./rooms";

export const NOON = Date.parse("2026-01-01T12:00:00.000Z");
const OWNERS: Record<string, number> = { ada: 1, bob: 2 };

export const botActor = (bot_id: string): Actor => ({
  kind: "bot",
  bot_id,
  team_id: OWNERS[bot_id] ?? null,
  unclaimed: false,
});

export const telemetryBots = {
  hidden: async () => (await hiddenBots().execute()).map(({ id }) => id),
  deleting: async () => (await deletingBots().execute()).map(({ id }) => id),
  async reach(actor: Actor, botId: string, least: TeamRole) {
    const owner = OWNERS[botId];
    const isOwn = actor.kind === "bot" ? actor.bot_id === botId : actor.kind === "user" && actor.user_id === owner;
    const isStaff = actor.kind === "user" && actor.role !== "user";
    if (owner === undefined || !(isOwn || isStaff)) throw new AppError("NOT_FOUND", "No bot");
    if (least !== "viewer" && !isOwn) throw new AppError("FORBIDDEN", "You can see this bot but not change it");
    return { id: botId, team_id: owner };
  },
  list: async (actor: Actor, { search = "" }: { search?: string }) => {
    const isStaff = actor.kind === "user" && actor.role !== "user";
    const visible = Object.keys(OWNERS).filter(
      (id) => isStaff || (actor.kind === "user" && OWNERS[id] === actor.user_id),
    );
    const bots = visible.filter((id) => id.includes(search));
    return { bots: bots.map((id) => ({ id, name: id }) as Bot), count: bots.length, next_cursor: null };
  },
  get: async (_actor: Actor, id: string) => ({ id, name: id }) as Bot,
  seen: vi.fn(),
};
const commands = {
  list: async (_actor: Actor, { cursor }: { cursor?: string }) => ({
    commands: [{ id: cursor ? "cmd_1" : "cmd_2" }] as Command[],
    count: 2,
    next_cursor: cursor ? null : "2",
  }),
};

/** The room's services, the facts they announce, and shorthands whose replies the contract has parsed. */
export function telemetryRoom() {
  const bots = telemetryBots;
  const emit = vi.fn();
  const data = createDataStore();
  const readers = { logs: createReader("log"), messages: createReader("message") };
  const now = () => NOON;
  let ids = 0;
  const service = {
    ...createPostService({ store: createIngestStore(), bots, emit, now, newId: () => `msg_${++ids}` }),
    ...createSyncService({ data, partData: createPartDataStore(), bots, emit, now }),
    ...createReadService({ ...readers, data, bots, now }),
    ...createCountService({ logs: readers.logs, bots, now }),
    ...createExportService({ ...readers, data, bots, commands, now }),
  };
  const postAs = async (actor: Actor, botId: string, logs: unknown) => {
    const receipt = await service.postLogs(actor, botId, postLogs.body.parse(logs));
    return postLogs.response.parse({ status: "ok", ...receipt });
  };
  return {
    service,
    emit,
    seen: bots.seen,
    postAs,
    post: (botId: string, ...logs: object[]) => postAs(botActor(botId), botId, logs),
    async postMessages(botId: string, messages: unknown) {
      const { ignored } = await service.postMessages(botActor(botId), botId, postMessages.body.parse(messages));
      return postMessages.response.parse({ status: "ok", ignored });
    },
    logs: async (actor: Actor, query: Record<string, string> = {}) =>
      listLogs.response.parse(await service.listLogs(actor, listLogs.query.parse(query))),
    messages: async (actor: Actor, query: Record<string, string> = {}) =>
      listMessages.response.parse(await service.listMessages(actor, listMessages.query.parse(query))),
  };
}

/** Stores the two bots. */
export async function addOwnedBots(): Promise<void> {
  for (const [id, owner_id] of Object.entries(OWNERS)) await aStoredBot({ id, owner_id, name: id });
}

/** Empties the room's tables, its marks and its policy. */
export async function clearTelemetry(): Promise<void> {
  for (const table of ["log", "message", "log_fts", "message_fts", "bot_data", "setting"])
    await db().run(`DELETE FROM ${table}`);
  if (db().provider === "sqlite")
    for (const table of ["log", "message"]) await db().run(`DELETE FROM ${table}_fts_removed`);
}

/** The commands that retention removes. */
export const storedCommands = createRetention();

/** A log to store. */
export const aLog = (message: string, type = "info"): NewLog => ({ type, message, metadata: null, event_at: null });

/** Reads every row that matches, page by page, and the number of pages. */
export async function readAll<T extends Table>(
  reader: Reader<T>,
  filter: Filter,
  order: Order = "desc",
  limit = 10_000,
): Promise<{ rows: Rows[T][]; pages: number }> {
  const rows: Rows[T][] = [];
  const range = { above: 0, below: END };
  for (let pages = 1; ; pages++) {
    const page = await reader.page(filter, { ...(await reader.within(filter, range)), order, limit });
    rows.push(...page.rows);
    if (page.next === null) return { rows, pages };
    moveOn(range, order, page.next);
  }
}

/** Stores logs under given seqs, in order, without the ingest. */
export async function storeLogs(
  lines: readonly { seq: number; message: string; bot_id?: string; type?: string; at?: number; event_at?: number }[],
): Promise<void> {
  for (const { seq, message, bot_id = "ada", type = "info", at = NOON, event_at = null } of lines)
    await db().run(
      "INSERT INTO log (seq, bot_id, owner_id, type, message, at, event_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [seq, bot_id, OWNERS[bot_id]!, type, message, at, event_at],
    );
}
