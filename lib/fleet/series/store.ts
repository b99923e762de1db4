/** The stored samples of series: reading them, and merging new ones into their rows. */
import { inList, lockName, type Queries, query, sql, transaction } from "@/lib/core/db";
import { existingBots } from "@/lib/fleet/bots";
import { FLEET } from "./collector";
import { addSample, emptySample, isEmpty, readSample, type Sample, writeSample } from "./sample";
import { joinRow, type Step, slotOf, slotsOf, splitRow } from "./steps";

/** The new sample of a bot's bucket. */
export type Change = { bot_id: string; bucket: number; sample: Sample };
/** Puts a new sample into the stored one. */
type Merge = (stored: Sample, more: Sample) => void;

type Around = { first?(trx: Queries): Promise<void>; last?(trx: Queries): Promise<void> };

/** Bots whose rows one transaction changes, so that no request waits long for it. */
const BOTS_AT_ONCE = 200;
const ROWS_AT_ONCE = 50;
/** Rows that one statement reads: they are parsed in one go. */
const READ_AT_ONCE = 500;

type Stored = { slot: number; bot_id: string; data: string };

async function upsert(trx: Queries, step: Step, rows: readonly Stored[]): Promise<void> {
  for (let done = 0; done < rows.length; done += ROWS_AT_ONCE)
    await trx
      .insertInto("series")
      .values(rows.slice(done, done + ROWS_AT_ONCE).map((row) => ({ step: step.seconds, ...row })))
      .onConflict((known) =>
        known.columns(["step", "slot", "bot_id"]).doUpdateSet((eb) => ({ data: eb.ref("excluded.data") })),
      )
      .execute();
}

/** Merges samples into their rows, in the running transaction. Rows of bots that are gone are left out. */
async function mergeInto(trx: Queries, step: Step, changes: readonly Change[], merge: Merge): Promise<void> {
  if (changes.length === 0) return;
  const ids = [...new Set(changes.map(({ bot_id }) => bot_id))];
  const alive = await existingBots(trx, ids);
  const slots = [...new Set(changes.map(({ bucket }) => slotOf(step, bucket)))];
  const stored = await trx
    .selectFrom("series")
    .select(["slot", "bot_id", "data"])
    .where("step", "=", step.seconds)
    .where("slot", "in", inList(slots))
    .where("bot_id", "in", inList(ids))
    .execute();
  const rows = new Map(stored.map(({ slot, bot_id, data }) => [`${slot} ${bot_id}`, splitRow(data)]));
  const changed = new Map<string, Stored & { samples: string[] }>();
  for (const { bot_id, bucket, sample } of changes) {
    if (bot_id !== FLEET && !alive.has(bot_id)) continue;
    const slot = slotOf(step, bucket);
    const key = `${slot} ${bot_id}`;
    const samples = rows.get(key) ?? [];
    rows.set(key, samples);
    const place = bucket - slot * step.perRow;
    const start = bucket * step.seconds;
    const whole = readSample(samples[place] ?? "", start);
    merge(whole, sample);
    samples[place] = writeSample(whole, start);
    changed.set(key, { slot, bot_id, data: "", samples });
  }
  await upsert(
    trx,
    step,
    [...changed.values()].map(({ slot, bot_id, samples }) => ({ slot, bot_id, data: joinRow(samples) })),
  );
}

const replace: Merge = (stored, more) => {
  stored.counts = more.counts;
  stored.reported = more.reported;
};

/** Reads the samples of bots in the buckets from `first` to `last`, and gives each to `each`. */
async function read(
  step: Step,
  botIds: readonly string[],
  [first, last]: readonly [number, number],
  each: (sample: Sample, bucket: number, botId: string) => void,
): Promise<void> {
  const slots = slotsOf(step, first, last);
  if (slots.length === 0) return;
  const bots = Math.max(1, Math.floor(READ_AT_ONCE / slots.length));
  for (let done = 0; done < botIds.length; done += bots) {
    const rows = await query()
      .selectFrom("series")
      .select(["slot", "bot_id", "data"])
      .where("step", "=", step.seconds)
      .where("slot", "in", inList(slots))
      .where("bot_id", "in", inList(botIds.slice(done, done + bots)))
      .execute();
    for (const { slot, bot_id, data } of rows)
      splitRow(data).forEach((text, place) => {
        const bucket = slot * step.perRow + place;
        if (text !== "" && bucket >= first && bucket <= last)
          each(readSample(text, bucket * step.seconds), bucket, bot_id);
      });
    // SQLite answers in this thread: let requests in between two slices.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Merges samples into their rows, some bots at a time. Processes do so one after the other.
 *
 * @param around statements that run first in each transaction, and last in the last one
 */
async function merge(step: Step, changes: readonly Change[], merge: Merge, around: Around = {}): Promise<void> {
  for (let done = 0; done === 0 || done < changes.length; done += BOTS_AT_ONCE) {
    const slice = changes.slice(done, done + BOTS_AT_ONCE);
    await transaction(async (trx) => {
      await lockName(trx, "series");
      await around.first?.(trx);
      await mergeInto(trx, step, slice, merge);
      if (done + BOTS_AT_ONCE >= changes.length) await around.last?.(trx);
    });
  }
}

/** Sums the finer samples of a bucket into a sample of the coarser step, for every bot that has some. */
async function rollUp(finer: Step, coarser: Step, bucket: number): Promise<void> {
  const ratio = coarser.ms / finer.ms;
  const range = [bucket * ratio, (bucket + 1) * ratio - 1] as const;
  const slots = slotsOf(finer, ...range);
  for (let after: string | undefined; ; ) {
    const bots = await query()
      .selectFrom("series")
      .select("bot_id")
      .distinct()
      .where("step", "=", finer.seconds)
      .where("slot", "in", inList(slots))
      .$if(after !== undefined, (rows) => rows.where("bot_id", ">", after!))
      .orderBy("bot_id")
      .limit(BOTS_AT_ONCE)
      .execute();
    if (bots.length === 0) return;
    const sums = new Map<string, Sample>();
    const ids = bots.map(({ bot_id }) => bot_id);
    await read(finer, ids, range, (sample, _, botId) => {
      const sum = sums.get(botId) ?? emptySample();
      sums.set(botId, sum);
      addSample(sum, sample);
    });
    const changes = [...sums].map(([bot_id, sample]) => ({ bot_id, bucket, sample }));
    await merge(
      coarser,
      changes.filter(({ sample }) => !isEmpty(sample)),
      replace,
    );
    after = ids.at(-1)!;
  }
}

export const createSeriesStore = () => ({
  read,
  merge,
  rollUp,

  /** Deletes up to `limit` rows of a slot. @returns how many */
  async remove(step: Step, slot: number, limit: number): Promise<number> {
    const rows = query()
      .selectFrom("series")
      .select("bot_id")
      .where("step", "=", step.seconds)
      .where("slot", "=", slot)
      .limit(limit);
    const { numDeletedRows } = await query()
      .deleteFrom("series")
      .where("step", "=", step.seconds)
      .where("slot", "=", slot)
      .where("bot_id", "in", rows)
      .executeTakeFirst();
    return Number(numDeletedRows);
  },

  /** Deletes the rows of a bot in the given slots of a step. */
  async purge(step: Step, slots: readonly number[], botId: string): Promise<void> {
    await query()
      .deleteFrom("series")
      .where("step", "=", step.seconds)
      .where("slot", "in", inList(slots))
      .where("bot_id", "=", botId)
      .execute();
  },

  /** The first row of a step; undefined when there is none. */
  async firstSlot(step: Step): Promise<number | undefined> {
    const row = await query()
      .selectFrom("series")
      .select((eb) => eb.fn.min<number | null>("slot").as("slot"))
      .where("step", "=", sql.lit(step.seconds))
      .executeTakeFirst();
    return row?.slot ?? undefined;
  },
});

export type SeriesStore = ReturnType<typeof createSeriesStore>;
