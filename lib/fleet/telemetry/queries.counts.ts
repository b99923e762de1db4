"use client";
/** Counts of logs over time, behind the histogram of the log viewer. */
import { useEffect, useState } from "react";
import { countLogs } from "@/generated/calls/fleet/telemetry";
import { request } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { CountQuery, LogCounts } from "./contract.counts";
import type { LogFilters } from "./queries";

export type CountStep = CountQuery["step"];
export type Counted = {
  /** Lines by level, by the start of their bucket (epoch ms). */
  buckets: ReadonlyMap<number, ReadonlyMap<string, number>>;
  bots: ReadonlyMap<string, number>;
  isWhole: boolean;
  /** The time back to which lines are counted (ISO), until all are. */
  countedTo?: string;
};

const NOTHING: Counted = { buckets: new Map(), bots: new Map(), isWhole: false };
/** Counting stops after so many answers; the histogram then says how far it came. */
const ANSWERS_MAX = 200;

function added(counted: Counted, { buckets, bots, next_cursor, counted_to }: LogCounts): Counted {
  const allBuckets = new Map(counted.buckets);
  for (const { at, level, count } of buckets) {
    const start = Date.parse(at);
    const levels = new Map(allBuckets.get(start));
    allBuckets.set(start, levels.set(level, (levels.get(level) ?? 0) + count));
  }
  const allBots = new Map(counted.bots);
  for (const { bot_id, count } of bots) allBots.set(bot_id, (allBots.get(bot_id) ?? 0) + count);
  return { buckets: allBuckets, bots: allBots, isWhole: next_cursor === null, countedTo: counted_to };
}

/** Counts the lines that match, answer by answer. A change of the filters cancels the count. Undefined filters count nothing. */
export function useLogCounts(filters: LogFilters | undefined, step: CountStep): Counted {
  const [counted, setCounted] = useState(NOTHING);
  const key = filters && writeJson([filters, step]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filters and the step
  useEffect(() => {
    setCounted(NOTHING);
    if (!filters) return;
    const abort = new AbortController();
    const count = async () => {
      let cursor: string | undefined;
      for (let answers = 0; answers < ANSWERS_MAX && !abort.signal.aborted; answers++) {
        const page = await request(countLogs, { query: { ...filters, step, cursor }, signal: abort.signal });
        if (abort.signal.aborted) return;
        setCounted((known) => added(known, page));
        if (page.next_cursor === null) return;
        cursor = page.next_cursor;
      }
    };
    // The list of lines reports what is wrong with a query. The histogram stays as far as it came.
    count().catch(() => undefined);
    return () => abort.abort();
  }, [key]);
  return counted;
}
