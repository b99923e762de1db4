/** The events that rules count, selected as `subject`, `owner_id` and `at` by the rooms that own them. */
import { query, sql } from "@/lib/core/db";
import { recentFailures } from "@/lib/fleet/commands";
import { recentErrors } from "@/lib/fleet/telemetry";
import { BUCKET_MS, type Past } from "@/lib/operations/alerts/engine/counters";
import { failedTransfers } from "@/lib/operations/transfers";

/** The most rows of a table that are read, starting with the newest. */
export const ROWS_MAX = 100_000;

export const events = {
  error_logs: () =>
    query().selectFrom(recentErrors(ROWS_MAX).as("e")).select(["e.bot_id as subject", "e.owner_id", "e.at"]),
  failed_commands: () =>
    query().selectFrom(recentFailures(ROWS_MAX).as("e")).select(["e.bot_id as subject", "e.owner_id", "e.at"]),
  failed_transfers: () =>
    query()
      .selectFrom(failedTransfers().as("e"))
      .select([sql<string>`'user:' || e.owner_id`.as("subject"), "e.owner_id", "e.at"]),
};
export type EventMetric = keyof typeof events;

/** Reads how often events happened before this process started, to fill its counters. Oldest first. */
const countOf =
  (metric: EventMetric) =>
  (since: number, until: number): Promise<Past[]> =>
    query()
      .selectFrom(events[metric]().as("e"))
      .select((eb) => [
        ...(["e.subject", "e.owner_id"] as const),
        eb("e.at", "/", eb.lit(BUCKET_MS)).as("bucket"),
        eb.fn.countAll<number>().as("times"),
      ])
      .where("e.at", ">=", since)
      .where("e.at", "<", until)
      .groupBy(["e.subject", "e.owner_id", "bucket"])
      .orderBy("bucket")
      .execute();

export const past = {
  errors: countOf("error_logs"),
  failures: countOf("failed_commands"),
  transfers: countOf("failed_transfers"),
};
