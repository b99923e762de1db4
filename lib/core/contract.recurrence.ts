/** How often something repeats: by a cron expression in a time zone, or every so many minutes. Shared by contracts of rooms. */
import { z } from "zod";
import { TimeInput, TimeZone } from "./contract";

/** The most minutes between two runs: a leap year. */
const MINUTES_MAX = 527_040;
const YEAR_MS = 366 * 86_400_000;

const CronText = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[\x20-\x7e]+$/, { error: "must be a cron expression of five fields, such as 30 2 * * *" })
  .meta({
    example: "30 2 * * 1-5",
    description: "Five fields: minute, hour, day of the month, month, day of the week. Read in `time_zone`.",
  });

/** The fields of a recurrence in a request. Exactly one of `cron` and `every_minutes` is sent. */
export const RecurrenceFields = {
  cron: CronText.optional(),
  every_minutes: z.number().int().min(1).max(MINUTES_MAX).optional(),
  time_zone: TimeZone.default("UTC"),
  // Times far in the future would lead to years that no ISO date can write.
  starts_at: TimeInput.refine((text) => Date.parse(text) < Date.now() + YEAR_MS, {
    error: "must be within a year",
  })
    .optional()
    .meta({
      description: "With `every_minutes`: the times are counted from here. Default: the time of the request.",
    }),
};

/** In refinements of a body with RecurrenceFields. */
export const hasOneRecurrence = ({ cron, every_minutes }: { cron?: string; every_minutes?: number }): boolean =>
  (cron === undefined) !== (every_minutes === undefined);
export const RECURRENCE_RULE = { error: "send either cron or every_minutes", path: ["cron"] };
