/** Contract of counts of logs: how many lines match a query, by time, level and bot. */
import { z } from "zod";
import { Cursor, type Operation, Time } from "@/lib/core/contract";
import { LogFilters } from "./contract";
import { COUNT_STEPS } from "./contract.constants";

const Count = z.number().int();

export const countLogs = {
  id: "countLogs",
  method: "GET",
  path: "/api/logs/counts",
  summary: "Count the logs that match a query, by time, level and bot",
  description:
    "Counts the newest lines first, as many as one answer may search. Continue with `next_cursor` and add the answers up; at the end it is null. Times are those of `timestamp`. Without a query, /api/series has the same counts at once.",
  document: "muster",
  query: z.object({
    ...LogFilters,
    step: z.enum(COUNT_STEPS).default("quarter_hour").meta({ description: "the length of a bucket" }),
    cursor: Cursor,
  }),
  response: z.object({
    count: Count,
    buckets: z.array(
      z.object({ at: Time.meta({ description: "the start of the bucket" }), level: z.string(), count: Count }),
    ),
    bots: z.array(z.object({ bot_id: z.string(), count: Count })),
    next_cursor: z.string().nullable(),
    counted_to: Time.optional().meta({
      description: "present with `next_cursor`: every line received since this time is counted",
    }),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export type CountQuery = z.output<typeof countLogs.query>;
export type LogCounts = z.infer<typeof countLogs.response>;
