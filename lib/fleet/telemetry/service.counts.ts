/** Counts and groups logs for histograms and facets, in answers of bounded time that a reader adds up. */
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import type { CountQuery, LogCounts, LogGroups } from "./contract.counts";
import { END } from "./export/walk";
import { type FilterDeps, filterOf } from "./filter";
import { addTo, createGroups } from "./groups";
import { createBudget } from "./search/budget";
import { moveOn } from "./search/match";
import { searchedSince } from "./service.read";
import type { Reader } from "./store.read";
import type { LogRow } from "./store.types";

type Deps = FilterDeps & { logs: Reader<"log"> };

const STEP_MS = { minute: 60_000, quarter_hour: 900_000, day: 86_400_000 } as const;
/** Rows that one statement reads at most, and the most of an answer. */
const ROWS = { page: 200, most: 10_000 };
/** An answer ends when it has so many groups. */
const GROUPS_MAX = 300;

const startOf = (row: LogRow, { step }: CountQuery): number => {
  const at = row.event_at ?? row.at;
  return at - (at % STEP_MS[step]);
};
const byBot = (bots: ReadonlyMap<string, number>) => [...bots].map(([bot_id, count]) => ({ bot_id, count }));

export function createCountService({ logs, ...deps }: Deps) {
  /** Visits the next lines that match, newest first, until an answer is long enough. Returns where the rest begins. */
  async function visit(actor: Actor, query: CountQuery, visitRow: (row: LogRow) => void, isFull = () => false) {
    const filter = await filterOf(deps, actor, query);
    const range = await logs.within(filter, { above: 0, below: Number(query.cursor ?? END) });
    const budget = createBudget();
    let count = 0;
    let next: number | null;
    do {
      const page = await logs.page(filter, { ...range, order: "desc", limit: ROWS.page });
      for (const row of page.rows) visitRow(row);
      count += page.rows.length;
      next = page.next;
      if (next !== null) moveOn(range, "desc", next);
    } while (next !== null && count < ROWS.most && !isFull() && !(await budget.isSpent()));
    return {
      count,
      rest: {
        next_cursor: next === null ? null : String(next),
        ...(next !== null && (await searchedSince(logs, next, "counted_to"))),
      },
    };
  }

  return {
    /**
     * Counts the next logs that match, newest first. `next_cursor` is null when all are counted.
     *
     * @throws AppError as listLogs
     */
    async countLogs(actor: Actor, query: CountQuery): Promise<LogCounts> {
      const buckets = new Map<number, Map<string, number>>();
      const bots = new Map<string, number>();
      const { count, rest } = await visit(actor, query, (row) => {
        const start = startOf(row, query);
        const levels = buckets.get(start) ?? new Map<string, number>();
        buckets.set(start, addTo(levels, row.type));
        addTo(bots, row.bot_id);
      });
      return {
        count,
        buckets: [...buckets].flatMap(([at, levels]) =>
          [...levels].map(([level, count]) => ({ at: iso(at), level, count })),
        ),
        bots: byBot(bots),
        ...rest,
      };
    },

    /**
     * Groups the next logs that match by the pattern of their text, newest first. `next_cursor` is null when all are grouped.
     *
     * @throws AppError as listLogs
     */
    async groupLogs(actor: Actor, query: CountQuery): Promise<LogGroups> {
      const groups = createGroups();
      const levels = new Map<string, number>();
      const bots = new Map<string, number>();
      const { count, rest } = await visit(
        actor,
        query,
        (row) => {
          groups.add(row, startOf(row, query));
          addTo(levels, row.type);
          addTo(bots, row.bot_id);
        },
        () => groups.count() >= GROUPS_MAX,
      );
      return {
        count,
        groups: groups.list(),
        levels: [...levels].map(([level, count]) => ({ level, count })),
        bots: byBot(bots),
        ...rest,
      };
    },
  };
}
