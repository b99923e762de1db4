/** Kinds of fields that the sections of the configuration are made of. Browser-safe. */
import { z } from "zod";
import { integerAsText } from "@/lib/core/contract";

/** Form hints beyond the schema. `lines`: a text of several lines; `unit`: shown after the input. */
type Wording = { title: string; description?: string; unit?: string; lines?: boolean };

export const bool = (wording: Wording) => z.boolean().meta(wording);
export const whole = (min: number, max: number, wording: Wording) => z.number().int().min(min).max(max).meta(wording);
export const text = (max: number, wording: Wording) => z.string().max(max).meta(wording);
/** Stored as text. A client may send a JSON number; its digits are not rounded. */
export const DiscordId = z
  .preprocess(
    integerAsText,
    z
      .string({ error: "must be a Discord id: digits, as a string or a whole number" })
      .regex(/^\d{5,20}$/, { error: "must be a Discord id: 5 to 20 digits" }),
  )
  .meta({ type: "string", pattern: "^\\d{5,20}$", format: "discord-id" });
export const id = (title: string, description?: string) => DiscordId.nullable().meta({ title, description });

export const Subreddit = z.string().regex(/^\w{2,21}$/, { error: "must be the name of a subreddit, without r/" });
export const LemmyCommunity = z
  .string()
  .regex(/^[\w.-]{1,100}@[\w.-]{1,100}$/, { error: "must look like memes@lemmy.world" });

const sameAs = (a: unknown, b: unknown) =>
  typeof a === "string" && typeof b === "string" ? a.toLowerCase() === b.toLowerCase() : a === b;
/** A list without duplicates, ignoring case. */
export const list = <T extends z.ZodType>(item: T, max: number, wording: Wording, min = 0) =>
  z
    .array(item)
    .min(min)
    .max(max)
    .refine((all) => all.every((one, at) => all.findIndex((other) => sameAs(one, other)) === at), {
      error: "must not hold the same entry twice",
    })
    .meta(wording);

export function section<S extends z.ZodRawShape>(
  title: string,
  help: string,
  shape: S,
  defaults: z.output<z.ZodObject<S>>,
) {
  return { title, help, shape, defaults, values: z.strictObject(shape) };
}

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** "2 GB" in bytes (powers of 1024); NaN when it is no size. */
export function bytesOf(size: string): number {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?) ?([KMGT]?B)$/i.exec(size.trim()) ?? [];
  return unit ? Number(amount) * 1024 ** UNITS.indexOf(unit.toUpperCase() as (typeof UNITS)[number]) : Number.NaN;
}
