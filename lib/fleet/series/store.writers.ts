/** Stores which processes count for the series, up to when what they counted is stored, and how far samples are rolled up. */
import { createRoomSetting, type Queries, query } from "@/lib/core/db";
import type { Step } from "./steps";

export type Writer = { id: string; started_at: number; flushed_at: number; lost_at: number | null; is_done: number };

const ALL = ["id", "started_at", "flushed_at", "lost_at", "is_done"] as const;
/** Rows that a chart reads at most: processes that started in its range. */
const READ_MAX = 5_000;

export function createWriterStore() {
  return {
    async begin(id: string, at: number): Promise<void> {
      await query().insertInto("series_writer").values({ id, started_at: at, flushed_at: at }).execute();
    },

    /**
     * Returns whether a process was given up: its last minutes are counted again from the rows, so it must not add what it
     * counted in them.
     */
    async isLost(id: string, trx: Queries): Promise<boolean> {
      const row = await trx.selectFrom("series_writer").select("lost_at").where("id", "=", id).executeTakeFirst();
      return !row || row.lost_at !== null;
    },

    /** Notes that everything that a process counted before `at` is stored. */
    async flushed(id: string, at: number, isDone: boolean, trx: Queries): Promise<void> {
      await trx
        .updateTable("series_writer")
        .set({ flushed_at: at, is_done: isDone ? 1 : 0 })
        .where("id", "=", id)
        .execute();
    },

    /** Processes that are not done, those that ended without a last flush included. */
    open: (): Promise<Writer[]> => query().selectFrom("series_writer").select(ALL).where("is_done", "=", 0).execute(),

    async lose(ids: readonly string[], at: number): Promise<void> {
      if (ids.length === 0) return;
      await query()
        .updateTable("series_writer")
        .set({ lost_at: at })
        .where("id", "in", ids)
        .where("lost_at", "is", null)
        .execute();
    },

    async finish(ids: readonly string[]): Promise<void> {
      await query().updateTable("series_writer").set({ is_done: 1 }).where("id", "in", ids).execute();
    },

    /** Processes that counted at some time between `from` and `to` (epoch ms). */
    between: (from: number, to: number): Promise<Writer[]> =>
      query()
        .selectFrom("series_writer")
        .select(ALL)
        .where("started_at", "<=", to)
        .where((eb) => eb.or([eb("flushed_at", ">=", from), eb("is_done", "=", 0)]))
        .orderBy("started_at", "desc")
        .limit(READ_MAX)
        .execute(),

    /** Deletes what is known of processes that ended before a time. */
    async prune(before: number): Promise<void> {
      await query().deleteFrom("series_writer").where("flushed_at", "<", before).where("is_done", "=", 1).execute();
    },
  };
}

/** The bucket up to which a step is rolled up: that one and later ones are not. */
export function createMarks() {
  const settingOf = ({ name }: Step) => createRoomSetting(`series.rolled.${name}`);
  return {
    async read(step: Step): Promise<number | undefined> {
      const value = await settingOf(step).read();
      return value === null ? undefined : Number(value);
    },
    write: (step: Step, bucket: number): Promise<void> => settingOf(step).write(String(bucket)),
  };
}

export type WriterStore = ReturnType<typeof createWriterStore>;
export type Marks = ReturnType<typeof createMarks>;
