/** Finds the newest lines of a query for rooms that go on counting them, on behalf of no person. */
import { yieldToEventLoop } from "@/lib/core/event-loop";
import type { BotScope, BotsRoom } from "@/lib/fleet/bots";
import { FILTER_BOTS_MAX } from "./contract.constants";
import { END } from "./export/walk";
import { restOf } from "./filter";
import { divide } from "./query/line";
import { parseQuery } from "./query/parse";
import { type Filter, moveOn } from "./search/match";
import type { Reader } from "./store.read";
import type { LogRow } from "./store.types";

type Deps = { logs: Reader<"log">; bots: Pick<BotsRoom["bots"], "deleting" | "hidden"> };
/** `since`: epoch ms of the time of receipt. `most`: the most lines that are found. */
type Asked = { query: string; scope: BotScope; since: number; most: number };
/** A line as rooms count it; `team_id` is the team of its bot. */
export type RecentLine = { id: number; bot_id: string; team_id: number | null; message: string; at: number };

/** Rows that one statement reads at most. */
const PAGE = 500;
/** A search that finds little in many lines ends after this time. */
const SEARCH_MS = 3_000;

const lineOf = ({ seq, bot_id, owner_id, message, at }: LogRow): RecentLine => ({
  ...{ id: seq, bot_id, team_id: owner_id, message, at },
});

export function createRecentService({ logs, bots }: Deps) {
  async function filterFor({ query, scope: { visible, bot_ids } }: Asked): Promise<Filter> {
    const divided = divide(parseQuery(query).terms);
    const hidden = await (visible ? bots.hidden() : bots.deleting());
    // The index is asked for few bots only; more are told apart line by line.
    const isLong = (bot_ids?.length ?? 0) > FILTER_BOTS_MAX;
    const chosen = new Set(bot_ids);
    const rest = restOf(divided, []);
    return {
      ...{ visible, levels: divided.levels, search: divided.search },
      ...{
        bot_ids: bot_ids && !isLong ? [...bot_ids] : undefined,
        hidden_bots: hidden.length > 0 ? hidden : undefined,
      },
      rest: isLong
        ? {
            ...{ metadata: [], expressions: [], ...rest },
            test: (line) => chosen.has(line.bot_id) && (rest?.test(line) ?? true),
          }
        : rest,
    };
  }

  return {
    /**
     * Gives the lines that a query finds and that were received at `since` or later to `each`, newest first. The query has
     * neither bots, times nor expressions.
     *
     * @returns the time since which all of them were found: later than `since` if there are more than `most`, or the search
     *   took too long
     */
    async recentLines(asked: Asked, each: (line: RecentLine) => void): Promise<number> {
      const { since, most } = asked;
      const filter = await filterFor(asked);
      const range = await logs.within({ from: since }, { above: 0, below: END });
      const end = performance.now() + SEARCH_MS;
      let found = 0;
      for (;;) {
        const { rows, next } = await logs.page(filter, {
          ...range,
          order: "desc",
          limit: Math.min(PAGE, most - found),
        });
        for (const row of rows) if (row.at >= since) each(lineOf(row));
        found += rows.length;
        if (next === null) return since;
        if (found >= most || performance.now() >= end) return Math.max(since, (await logs.receivedAt(next)) ?? since);
        moveOn(range, "desc", next);
        await yieldToEventLoop();
      }
    },
  };
}
