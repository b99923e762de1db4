/**
 * Parts of a bot that runs as several programs: each program holds some of the shards. Programs without a common shard
 * may run at the same time. The single-instance guard acts when two programs hold the same shard, or when a program
 * names no part.
 */
import { z } from "zod";

const SHARDS_MAX = 16_384;
/**
 * The most shards that all parts of a bot may hold together. It is twice the largest total, because a new sharding runs
 * beside the old one for a while.
 */
export const HELD_MAX = 2 * SHARDS_MAX;
/** The most characters of a part's name. The name is a database key, and PostgreSQL limits the length of keys. */
const NAME_MAX = 2_000;

/** The shards a program holds, and their total. */
export const Part = z
  .object({
    shards: z
      .array(z.number().int().min(0).max(SHARDS_MAX))
      .min(1)
      .max(SHARDS_MAX)
      .transform((shards) => [...new Set(shards)].sort((a, b) => a - b)),
    of: z.number().int().min(1).max(SHARDS_MAX),
  })
  .refine(({ shards, of }) => shards.at(-1)! < of, {
    path: ["shards"],
    error: "must be below `of`: shards count from 0",
  })
  .refine((part) => partName(part).length <= NAME_MAX, {
    path: ["shards"],
    error: `must be at most ${NAME_MAX} characters when written as ranges such as 0-7: let a program hold shards that follow each other`,
  })
  .meta({ id: "Part", example: { shards: [0, 1], of: 4 } });
export type Part = z.infer<typeof Part>;

/** The number of shards that are online, and their total. */
export const Parts = z.object({ online: z.number().int(), of: z.number().int() }).meta({ id: "Parts" });
export type Parts = z.infer<typeof Parts>;

/** Parses the header X-Bot-Part: `0,1/4` or `0-7/16`. Returns undefined when the text does not have that form. */
export function parsePart(text: string): Part | undefined {
  const [, list = "", of = ""] = /^([\d,\s-]{1,4096})\/\s*(\d{1,5})$/.exec(text.trim()) ?? [];
  const shards: number[] = [];
  for (const range of list.split(",")) {
    const [, first, last = first] = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/.exec(range) ?? [];
    if (first === undefined) return undefined;
    for (let shard = Number(first); shard <= Number(last); shard++)
      if (shards.push(shard) > SHARDS_MAX) return undefined;
  }
  const part = Part.safeParse({ shards, of: Number(of) });
  return part.success ? part.data : undefined;
}

/** Returns the same name for every spelling of a set of shards, with ranges joined: `0-3,6/8`. */
export function partName({ shards, of }: { shards: number[]; of: number }): string {
  const ranges: string[] = [];
  for (let at = 0; at < shards.length; ) {
    let end = at;
    while (shards[end + 1] === shards[end]! + 1) end++;
    ranges.push(end > at ? `${shards[at]}-${shards[end]}` : `${shards[at]}`);
    at = end + 1;
  }
  return `${ranges.join(",")}/${of}`;
}

/** Counts the shards that these programs hold. A shard that two programs hold counts twice. */
export const heldBy = (holders: readonly (Part | null)[]): number =>
  holders.reduce((sum, part) => sum + (part?.shards.length ?? 0), 0);

/**
 * Returns true when the two programs may not run at once: both hold a common shard, they count in different totals, or
 * one of them names no part.
 */
export function overlap(a: Part | null, b: Part | null): boolean {
  if (!a || !b || a.of !== b.of) return true;
  const held = new Set(a.shards);
  return b.shards.some((shard) => held.has(shard));
}

/** True when any two of these programs of one bot may not run at once. */
export function hasDoubles(programs: readonly { part: Part | null }[]): boolean {
  if (programs.length < 2) return false;
  const held = new Set<number>();
  for (const { part } of programs) {
    if (!part || part.of !== programs[0]!.part?.of) return true;
    for (const shard of part.shards) {
      if (held.has(shard)) return true;
      held.add(shard);
    }
  }
  return false;
}
