/** Counts logs for histograms, in answers of bounded time that a reader adds up. */
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import type { CountQuery, LogCounts } from "./contract.counts";
import { END } from "./export/walk";
import { type FilterDeps, filterOf } from "./filter";
import { createBudget } from "./search/budget";
import { moveOn } from "./search/match";
import { searchedSince } from "./service.read";
import type { Reader } from "./store.read";

type Deps = FilterDeps & { logs: Reader<"log"> };

const STEP_MS = { minute: 60_000, quarter_hour: 900_000, day: 86_400_000 } as const;
/** Rows that one statement reads, few because each may hold 80 KB, and the most of an answer. */
const ROWS = { page: 200, most: 10_000 };

/** Adds one to what a map has for a key. */
const add = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);

export function createCountService({ logs, ...deps }: Deps) {
  return {
    /**
     * Counts the next logs that match, newest first. `next_cursor` is null when all are counted.
     *
     * @throws AppError as listLogs
     */
    async countLogs(actor: Actor, query: CountQuery): Promise<LogCounts> {
      const filter = await filterOf(deps, actor, query);
      const range = await logs.within(filter, { above: 0, below: Number(query.cursor ?? END) });
      const step = STEP_MS[query.step];
      const buckets = new Map<number, Map<string, number>>();
      const bots = new Map<string, number>();
      const budget = createBudget();
      let count = 0;
      let next: number | null;
      do {
        const page = await logs.page(filter, { ...range, order: "desc", limit: ROWS.page });
        for (const row of page.rows) {
          const at = row.event_at ?? row.at;
          const start = at - (at % step);
          const levels = buckets.get(start) ?? new Map<string, number>();
          buckets.set(start, add(levels, row.type));
          add(bots, row.bot_id);
        }
        count += page.rows.length;
        next = page.next;
        if (next !== null) moveOn(range, "desc", next);
      } while (next !== null && count < ROWS.most && !(await budget.isSpent()));
      return {
        count,
        buckets: [...buckets].flatMap(([at, levels]) =>
          [...levels].map(([level, count]) => ({ at: iso(at), level, count })),
        ),
        bots: [...bots].map(([bot_id, count]) => ({ bot_id, count })),
        next_cursor: next === null ? null : String(next),
        ...(next !== null && (await searchedSince(logs, next, "counted_to"))),
      };
    },
  };
}
