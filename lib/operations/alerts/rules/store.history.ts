/** Reads values of the last day for dry runs. `from` is the time since when the rows are complete. */
import { inList, query } from "@/lib/core/db";
import { type BotScope, isVisible, statusChanges, statusesBefore } from "@/lib/fleet/bots";
import { recentReach, recentWaits } from "@/lib/fleet/commands";
import { recentLogReach } from "@/lib/fleet/telemetry";
import { type EventMetric, events, past, ROWS_MAX } from "./store.events";
import { createSampleStore } from "./store.samples";

export type Happening = { subject: string; at: number };
export type Wait = { subject: string; from: number; until: number | null };
export type StatusAt = { subject: string; status: string; at: number };
type History<Row> = { rows: Row[]; from: number };

/** The most bots for which the status before that day is read. */
const BOTS_MAX = 20_000;

/** Returns the time since when the rows read are complete; `since` at the earliest. */
async function reachOf(table: "log" | "command", since: number): Promise<number> {
  const reach = await (table === "log" ? recentLogReach(ROWS_MAX) : recentReach(ROWS_MAX)).executeTakeFirstOrThrow();
  const isWhole = reach.first === null || (reach.last ?? 0) <= ROWS_MAX;
  return isWhole ? since : Math.max(since, reach.first!);
}

/** Changes of status since `since`, and the status of each of these bots at that time. Oldest first. */
async function statuses(scope: BotScope, since: number): Promise<History<StatusAt>> {
  const before = await statusesBefore(scope, since, BOTS_MAX);
  const changes = await statusChanges(scope, since, ROWS_MAX);
  return {
    rows: [...before, ...changes].map(({ bot_id, ...row }) => ({ subject: bot_id, ...row })),
    from: changes.length < ROWS_MAX ? since : changes[0]!.at,
  };
}

/** Reads the times of a metric's events, oldest first. */
async function happened(metric: EventMetric, { visible, bot_ids }: BotScope, since: number): Promise<Happening[]> {
  const rows = await query()
    .selectFrom(events[metric]().as("e"))
    .select(["e.subject", "e.at"])
    .where("e.at", ">=", since)
    .$if(visible !== undefined, (own) => own.where(isVisible(visible!, "e.owner_id", "e.subject")))
    .$if(bot_ids !== undefined, (chosen) => chosen.where("e.subject", "in", inList(bot_ids!)))
    .orderBy("e.at", "desc")
    .limit(ROWS_MAX)
    .execute();
  return rows.reverse();
}

/** Reads when errors were logged, oldest first. */
async function error_logs(scope: BotScope, since: number): Promise<History<Happening>> {
  return { rows: await happened("error_logs", scope, since), from: await reachOf("log", since) };
}

/** Reads when commands failed, oldest first. */
async function failed_commands(scope: BotScope, since: number): Promise<History<Happening>> {
  return { rows: await happened("failed_commands", scope, since), from: await reachOf("command", since) };
}

/**
 * Reads when transfers failed, oldest first; leaves out those retried or removed since. Transfers belong to people, not
 * bots, so of the scope only the personal team counts, which is the first.
 */
async function failed_transfers({ visible }: BotScope, since: number): Promise<History<Happening>> {
  const [ownerId] = visible?.teams ?? [];
  const own = ownerId === undefined ? undefined : { teams: [ownerId], bots: [] };
  const rows = await happened("failed_transfers", { visible: own }, since);
  return { rows, from: rows.length < ROWS_MAX ? since : rows[0]!.at };
}

/** Reads when commands waited, oldest first. */
async function waits({ visible, bot_ids }: BotScope, since: number): Promise<History<Wait>> {
  const rows = await query()
    .selectFrom(recentWaits(ROWS_MAX).as("w"))
    .select(["w.bot_id as subject", "w.from", "w.until"])
    .where((eb) => eb.or([eb("w.until", "is", null), eb("w.until", ">=", since)]))
    .$if(visible !== undefined, (own) => own.where(isVisible(visible!, "w.owner_id", "w.bot_id")))
    .$if(bot_ids !== undefined, (chosen) => chosen.where("w.bot_id", "in", inList(bot_ids!)))
    .orderBy("w.from")
    .execute();
  return { rows, from: await reachOf("command", since) };
}

export const createHistoryStore = () => ({
  ...{ statuses, error_logs, failed_commands, failed_transfers, waits, past },
  ...createSampleStore(),
});

export type HistoryStore = ReturnType<typeof createHistoryStore>;
