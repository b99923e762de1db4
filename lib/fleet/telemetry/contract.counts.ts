/** Contract of counts of logs: how many lines match a query, by time, level and bot, and by the pattern of their text. */
import { z } from "zod";
import { Cursor, type Operation, Time } from "@/lib/core/contract";
import { LogFilters } from "./contract";
import { COUNT_STEPS, GROUP_BOTS_MAX } from "./contract.constants";

const Count = z.number().int();

const CountedLogs = z.object({
  ...LogFilters,
  step: z.enum(COUNT_STEPS).default("quarter_hour").meta({ description: "the length of a bucket" }),
  cursor: Cursor,
});
const ByBot = z.array(z.object({ bot_id: z.string(), count: Count }));
const NextCursor = z.string().nullable();
const CountedTo = Time.optional().meta({
  description: "present with `next_cursor`: every line received since this time is counted",
});

export const countLogs = {
  id: "countLogs",
  method: "GET",
  path: "/api/logs/counts",
  summary: "Count the logs that match a query, by time, level and bot",
  description:
    "Counts the newest lines first, as many as one answer may search. Continue with `next_cursor` and add the answers up; at the end it is null. Times are those of `timestamp`. Without a query, /api/series has the same counts at once.",
  document: "muster",
  query: CountedLogs,
  response: z.object({
    count: Count,
    buckets: z.array(
      z.object({ at: Time.meta({ description: "the start of the bucket" }), level: z.string(), count: Count }),
    ),
    bots: ByBot,
    next_cursor: NextCursor,
    counted_to: CountedTo,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

const LogGroup = z
  .object({
    pattern: z.string().meta({
      description: "the first line of the text, with numbers, ids, addresses and quoted values replaced",
      example: "Cannot send to <value> after # ms",
    }),
    count: Count,
    newest: z
      .object({ id: Count, level: z.string(), message: z.string(), timestamp: Time, bot_id: z.string() })
      .meta({ description: "the newest of the lines, with the beginning of its text" }),
    first: Time.meta({ description: "the time of the oldest of the lines" }),
    bot_ids: z.array(z.string()).meta({ description: `the bots of the lines, at most ${GROUP_BOTS_MAX}` }),
    buckets: z.array(z.object({ at: Time, count: Count })),
  })
  .meta({ id: "LogGroup" });
export type LogGroup = z.infer<typeof LogGroup>;

export const groupLogs = {
  id: "groupLogs",
  method: "GET",
  path: "/api/logs/groups",
  summary: "Group the logs that match a query by the pattern of their text",
  description:
    "Groups the newest lines first, as many as one answer may search. Continue with `next_cursor` and add the answers up by `pattern`; at the end it is null.",
  document: "muster",
  query: CountedLogs,
  response: z.object({
    count: Count,
    groups: z.array(LogGroup),
    levels: z.array(z.object({ level: z.string(), count: Count })),
    bots: ByBot,
    next_cursor: NextCursor,
    counted_to: CountedTo,
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export type LogGroups = z.infer<typeof groupLogs.response>;
export type CountQuery = z.output<typeof countLogs.query>;
export type LogCounts = z.infer<typeof countLogs.response>;
