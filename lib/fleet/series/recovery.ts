/**
 * Counts minutes again from the stored rows after a process ended without a last flush. Other processes may still add to these
 * minutes, so it waits until each of them has stored what it counted in them, and then raises every count to that of the rows.
 */
import type { Clock } from "@/lib/core/clock";
import { latencyKeys, letterOfOutcome, letterOfType, type Minutes, sampleIn } from "./collector";
import { COUNTS } from "./contract.constants";
import { raise, raiseToCounted } from "./sample";
import { bucketAt, MINUTE } from "./steps";
import type { SeriesStore } from "./store";
import type { Writer, WriterStore } from "./store.writers";
import { changesOf, processOf } from "./writer";

type Span = { from: number; to: number };
/** Reads stored rows of a span of time again. */
export type Sources = {
  logs(span: Span, each: (row: { bot_id: string; type: string; at: number }) => void): Promise<void>;
  messages(span: Span, each: (row: { bot_id: string; at: number }) => void): Promise<void>;
  queued(span: Span, each: (row: { bot_id: string; created_at: number }) => void): Promise<void>;
  ended(
    span: Span,
    each: (
      row: { bot_id: string; status: string; reason: string | null; completed_at: number } & {
        created_at: number;
        run_at: number | null;
        dispatched_at: number | null;
      },
    ) => void,
  ): Promise<void>;
};

type Deps = {
  sources: Sources;
  store: Pick<SeriesStore, "merge">;
  writers: Pick<WriterStore, "open" | "lose" | "finish">;
  self: string;
  current: () => string | undefined;
  /** Returns those of the processes that no longer run. */
  gone: (processes: string[]) => Promise<string[]>;
  now: Clock;
};

/** A row may be announced this long after its time of receipt: it waits for its commit. */
export const GRACE_MS = 60_000;

/** Counts the rows of a span as the collector would have. */
async function recount(sources: Sources, span: Span): Promise<Minutes> {
  const minutes: Minutes = new Map();
  const count = (botId: string, at: number, key: string) => raise(sampleIn(minutes, bucketAt(MINUTE, at), botId), key);
  await sources.logs(span, ({ bot_id, type, at }) => count(bot_id, at, letterOfType(type)));
  await sources.messages(span, ({ bot_id, at }) => count(bot_id, at, COUNTS.messages));
  await sources.queued(span, ({ bot_id, created_at }) => count(bot_id, created_at, COUNTS["commands.queued"]));
  await sources.ended(span, ({ bot_id, completed_at, created_at, run_at, ...row }) => {
    const since = Math.max(created_at, run_at ?? 0);
    const keys = latencyKeys({ since, dispatched_at: row.dispatched_at, completed_at });
    for (const key of [letterOfOutcome(row), ...keys]) count(bot_id, completed_at, key);
  });
  return minutes;
}

export function createRecovery({ sources, store, writers, self, current, gone, now }: Deps) {
  /** Finds the stretches of processes that died, and of this one before it began a new stretch. */
  async function abandoned(open: readonly Writer[]): Promise<string[]> {
    const others = open.filter(({ id, lost_at }) => lost_at === null && id !== current());
    const processes = [...new Set(others.map(({ id }) => processOf(id)).filter((process) => process !== self))];
    const dead = new Set([self, ...(processes.length > 0 ? await gone(processes) : [])]);
    return others.map(({ id }) => id).filter((id) => dead.has(processOf(id)));
  }

  /** Counts again what lost stretches had not stored, as far as no other process can add to it any more. */
  return async function recover(): Promise<void> {
    const open = await writers.open();
    const at = now();
    await writers.lose(await abandoned(open), at);
    const living = open.filter(({ lost_at }) => lost_at === null);
    const isOver = (lost: number) =>
      lost + GRACE_MS <= at && living.every(({ flushed_at }) => flushed_at >= lost + GRACE_MS);
    const lost = open.filter(({ lost_at }) => lost_at !== null && isOver(lost_at));
    if (lost.length === 0) return;
    const from = Math.min(...lost.map(({ flushed_at }) => flushed_at)) - GRACE_MS;
    const to = Math.max(...lost.map(({ lost_at }) => lost_at!));
    const whole = { from: bucketAt(MINUTE, from) * MINUTE.ms, to: (bucketAt(MINUTE, to) + 1) * MINUTE.ms };
    await store.merge(MINUTE, changesOf(await recount(sources, whole)), raiseToCounted);
    await writers.finish(lost.map(({ id }) => id));
  };
}
