/** Contract of series: the figures behind charts, and the numbers that bots report for them. */
import { z } from "zod";
import { BotId, Instant, type Operation, Time } from "@/lib/core/contract";
import {
  BUCKETS_MAX,
  COUNTS,
  LATENCIES,
  METRIC_NAME_PATTERN,
  METRIC_NAMES_MAX,
  METRIC_PREFIX,
  ONLINE,
  STEP_NAMES,
} from "./contract.constants";

const MetricName = z
  .string()
  .regex(METRIC_NAME_PATTERN, { error: "must be a letter, then letters, digits, _ or ., at most 32 characters" });

export const postMetrics = {
  id: "postMetrics",
  method: "POST",
  path: "/api/bot/{bot_id}/metrics",
  summary: "Report numbers of a bot",
  description: `Any finite numbers by name: CPU, memory, guilds. A bot may use ${METRIC_NAMES_MAX} names within 24 hours. Each bucket of a series keeps the last number, the least, the greatest and the mean. Numbers are stored within 10 seconds; a crash of the server loses those that were not.`,
  document: "muster",
  params: z.object({ bot_id: BotId }),
  body: z.object({
    metrics: z
      .record(MetricName, z.number())
      .refine((metrics) => Object.keys(metrics).length > 0, { error: "send at least one number" })
      .refine((metrics) => Object.keys(metrics).length <= METRIC_NAMES_MAX, {
        error: `holds more than ${METRIC_NAMES_MAX} names`,
      }),
  }),
  response: z.object({ status: z.literal("ok"), received: z.number().int() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
  example: { body: { metrics: { cpu: 0.42, guilds: 12 } }, response: { status: "ok", received: 2 } },
} as const satisfies Operation;

const KNOWN: ReadonlySet<string> = new Set([ONLINE, ...Object.keys(COUNTS), ...Object.keys(LATENCIES)]);
const isName = (name: string) =>
  KNOWN.has(name) || (name.startsWith(METRIC_PREFIX) && METRIC_NAME_PATTERN.test(name.slice(METRIC_PREFIX.length)));

const Names = z
  .string()
  .max(2000)
  .transform((text) => [...new Set(text.split(",").map((name) => name.trim()))])
  .refine((names) => names.every(isName), {
    error: `must be names with commas: ${[...KNOWN].join(", ")}, ${METRIC_PREFIX}<name>`,
  });

const StepName = z.enum(STEP_NAMES);
const Values = z.array(z.number().nullable());

/** One value for each bucket; null where nothing is known. */
const OneSeries = z
  .object({
    name: z.string().meta({ example: "logs.error" }),
    values: Values.meta({
      description:
        "Counts of the bucket; for `online` the mean number of bots that were online (a share of 0 to 1 for one bot); for a reported number its mean.",
    }),
    p50: Values.optional().meta({ description: "Of `latency` series, in milliseconds, within 9 %." }),
    p95: Values.optional(),
    min: Values.optional().meta({ description: "Of reported numbers." }),
    max: Values.optional(),
    last: Values.optional(),
  })
  .meta({ id: "Series" });
export type OneSeries = z.infer<typeof OneSeries>;

export const getSeries = {
  id: "getSeries",
  method: "GET",
  path: "/api/series",
  summary: "Get figures over time, of a bot or of all bots you can see",
  description: `Buckets of a minute are kept for a day, of a quarter of an hour for 30 days, of a day (UTC) for a year. null means that nothing is known: the server did not run, the bot had not reported yet, or the bucket is no longer kept. At most ${BUCKETS_MAX} buckets. Without \`names\` you get every series; numbers that bots report are shown for one bot only.`,
  document: "muster",
  query: z.object({
    bot_id: BotId.optional(),
    names: Names.optional().meta({ description: "names with commas", example: "online,logs.error" }),
    from: Instant.optional().meta({ description: "A time or a span back from now, such as 3h. Default: 24h." }),
    to: Instant.optional().meta({ description: "Default: now." }),
    step: StepName.optional().meta({ description: "By default the range decides." }),
  }),
  response: z.object({
    bot_id: z.string().nullable(),
    from: Time.meta({ description: "the start of the first bucket" }),
    to: Time.meta({ description: "the end of the last bucket" }),
    step: StepName,
    step_seconds: z.number().int(),
    known: z.array(z.number()).meta({ description: "The share of each bucket for which the server ran (0 to 1)." }),
    series: z.array(OneSeries),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export type SeriesQuery = z.output<typeof getSeries.query>;
export type SeriesAnswer = z.infer<typeof getSeries.response>;
