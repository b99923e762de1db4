"use client";
/** Counts of logs over time and by pattern, behind the histogram and the patterns of the log viewer. */
import { useEffect, useState } from "react";
import { countLogs, groupLogs } from "@/generated/calls/fleet/telemetry";
import { request } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { CountQuery, LogCounts, LogGroup, LogGroups } from "./contract.counts";
import type { LogFilters } from "./queries";

export type { LogGroup } from "./contract.counts";
export type CountStep = CountQuery["step"];
/** How far a count has come. */
type Progress = {
  isWhole: boolean;
  /** The time back to which lines are counted (ISO), until all are. */
  countedTo?: string;
};
export type Counted = Progress & {
  /** Lines by level, by the start of their bucket (epoch ms). */
  buckets: ReadonlyMap<number, ReadonlyMap<string, number>>;
  bots: ReadonlyMap<string, number>;
};
export type Grouped = Progress & {
  count: number;
  groups: ReadonlyMap<string, LogGroup>;
  levels: ReadonlyMap<string, number>;
  bots: ReadonlyMap<string, number>;
  /** Set when lines of further patterns were left out, because there are too many patterns. */
  isCut: boolean;
};

const NOTHING: Counted = { buckets: new Map(), bots: new Map(), isWhole: false };
const NO_GROUPS: Grouped = {
  ...{ count: 0, groups: new Map(), levels: new Map(), bots: new Map(), isWhole: false, isCut: false },
};
/** Counting stops after so many answers; the page then says how far it came. */
const ANSWERS_MAX = 200;
/** The most patterns that a page keeps. */
const GROUPS_MAX = 1000;

function summed(known: ReadonlyMap<string, number>, more: readonly [string, number][]): Map<string, number> {
  const all = new Map(known);
  for (const [key, count] of more) all.set(key, (all.get(key) ?? 0) + count);
  return all;
}
const botsOf = (answer: { bots: LogCounts["bots"] }) =>
  answer.bots.map(({ bot_id, count }): [string, number] => [bot_id, count]);
const progressOf = ({ next_cursor, counted_to }: { next_cursor: string | null; counted_to?: string }): Progress => ({
  isWhole: next_cursor === null,
  countedTo: counted_to,
});

function addCounts(counted: Counted, answer: LogCounts): Counted {
  const buckets = new Map(counted.buckets);
  for (const { at, level, count } of answer.buckets) {
    const start = Date.parse(at);
    buckets.set(start, summed(buckets.get(start) ?? new Map(), [[level, count]]));
  }
  return { buckets, bots: summed(counted.bots, botsOf(answer)), ...progressOf(answer) };
}

/** One group of two answers, the newer of which comes first. */
const joined = (newer: LogGroup, older: LogGroup): LogGroup => ({
  ...newer,
  count: newer.count + older.count,
  first: [newer.first, older.first].toSorted()[0]!,
  bot_ids: [...new Set([...newer.bot_ids, ...older.bot_ids])],
  buckets: [...newer.buckets, ...older.buckets],
});

export function addGroups(grouped: Grouped, answer: LogGroups): Grouped {
  const groups = new Map(grouped.groups);
  let { isCut } = grouped;
  for (const group of answer.groups) {
    const known = groups.get(group.pattern);
    if (!known && groups.size >= GROUPS_MAX) isCut = true;
    else groups.set(group.pattern, known ? joined(known, group) : group);
  }
  const levels = answer.levels.map(({ level, count }): [string, number] => [level, count]);
  return {
    ...{ count: grouped.count + answer.count, groups, isCut },
    ...{ levels: summed(grouped.levels, levels), bots: summed(grouped.bots, botsOf(answer)) },
    ...progressOf(answer),
  };
}

type Answers<Answer, Sum> = {
  ask: (query: LogFilters & { step: CountStep; cursor?: string }, signal: AbortSignal) => Promise<Answer>;
  add: (sum: Sum, answer: Answer) => Sum;
  nothing: Sum;
};

/**
 * Adds answers up until the last one. A change of the filters cancels the count, as does leaving the page. Undefined filters
 * ask for nothing.
 */
function useAnswers<Answer extends { next_cursor: string | null }, Sum>(
  filters: LogFilters | undefined,
  step: CountStep,
  { ask, add, nothing }: Answers<Answer, Sum>,
): Sum {
  const [sum, setSum] = useState(nothing);
  const key = filters && writeJson([filters, step]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filters and the step
  useEffect(() => {
    setSum(nothing);
    if (!filters) return;
    const abort = new AbortController();
    const count = async () => {
      let cursor: string | undefined;
      for (let answers = 0; answers < ANSWERS_MAX && !abort.signal.aborted; answers++) {
        const answer = await ask({ ...filters, step, cursor }, abort.signal);
        if (abort.signal.aborted) return;
        setSum((known) => add(known, answer));
        if (answer.next_cursor === null) return;
        cursor = answer.next_cursor;
      }
    };
    // The list of lines reports what is wrong with a query. The count stays as far as it came.
    count().catch(() => undefined);
    return () => abort.abort();
  }, [key]);
  return sum;
}

const COUNTS: Answers<LogCounts, Counted> = {
  ask: (query, signal) => request(countLogs, { query, signal }),
  add: addCounts,
  nothing: NOTHING,
};
const GROUPS: Answers<LogGroups, Grouped> = {
  ask: (query, signal) => request(groupLogs, { query, signal }),
  add: addGroups,
  nothing: NO_GROUPS,
};

/** Counts the lines that match by time and level, answer by answer. */
export const useLogCounts = (filters: LogFilters | undefined, step: CountStep): Counted =>
  useAnswers(filters, step, COUNTS);

/** Groups the lines that match by the pattern of their text, answer by answer. */
export const useLogGroups = (filters: LogFilters | undefined, step: CountStep): Grouped =>
  useAnswers(filters, step, GROUPS);
