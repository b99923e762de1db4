/** Applies the retention policy now, which the server does every five minutes, and counts. */
import { query, sql } from "@/lib/core/db";
import { createRetention } from "@/lib/fleet/commands/store.retention";
import { createTelemetryJobs } from "@/lib/fleet/telemetry/jobs";
import { createRetentionStore } from "@/lib/fleet/telemetry/retention/store";
import { createPolicyStore } from "@/lib/fleet/telemetry/retention/store.policy";
import { createIndexStore } from "@/lib/fleet/telemetry/search/store.index";

const DAY_MS = 86_400_000;
/** A rule of the policy with the rows that it removes; a row may fall under two. */
export type Due = { rule: string; rows: number };

const total = async (rows: ReturnType<typeof counting>) => Number((await rows.executeTakeFirstOrThrow()).rows);
const counting = (table: "log" | "message" | "command") =>
  query()
    .selectFrom(table as "log")
    .select(({ fn }) => fn.countAll<number>().as("rows"));

/** Counts commands that were settled before `cutoff`. */
const settledBefore = (cutoff: number): Promise<number> =>
  total(
    counting("command").where(sql<boolean>`status <> 'pending' and coalesce(completed_at, created_at) < ${cutoff}`),
  );

/** Counts what the policy would remove now. */
export async function dueRows(now: number): Promise<Due[]> {
  const { retention } = await createPolicyStore().policy();
  const due: Due[] = [];
  for (const [table, days, most] of [
    ["log", retention.logs_days, retention.logs_per_bot],
    ["message", retention.messages_days, retention.messages_per_bot],
  ] as const) {
    if (days > 0)
      due.push({
        rule: `${table}s older than ${days} days`,
        rows: await total(counting(table).where("at", "<", now - days * DAY_MS)),
      });
    if (most === 0) continue;
    const counter = sql.ref(`total_${table}s`);
    const { rows } = await query()
      .selectFrom("bot")
      .select(sql<number>`coalesce(sum(${counter} - ${most}), 0)`.as("rows"))
      .where(sql<boolean>`${counter} > ${most}`)
      .executeTakeFirstOrThrow();
    due.push({ rule: `${table}s beyond ${most} of a bot`, rows: Number(rows) });
  }
  const { commands_days } = retention;
  if (commands_days > 0)
    due.push({
      rule: `commands settled more than ${commands_days} days ago`,
      rows: await settledBefore(now - commands_days * DAY_MS),
    });
  return due;
}

/** Applies the policy. @returns how many rows of each table it removed */
export async function pruneNow(now: number): Promise<Record<"log" | "message" | "command", number>> {
  const removed = { log: 0, message: 0, command: 0 };
  const store = createRetentionStore();
  const count = async (table: "log" | "message", step: ReturnType<typeof store.removeOlder>) => {
    const chunk = await step;
    removed[table] += chunk.rows;
    return chunk;
  };
  const policy = createPolicyStore();
  const { retention } = await policy.policy();
  if (retention.commands_days > 0) removed.command = await settledBefore(now - retention.commands_days * DAY_MS);
  await createTelemetryJobs({
    ...{ policy, index: createIndexStore(), commands: createRetention(), now: () => now },
    retention: {
      ...store,
      removeOlder: (table, cutoff, limit) => count(table, store.removeOlder(table, cutoff, limit)),
      removeExcess: (table, bot, most, limit) => count(table, store.removeExcess(table, bot, most, limit)),
    },
  }).prune();
  return removed;
}
