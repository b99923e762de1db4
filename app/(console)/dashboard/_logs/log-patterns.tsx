"use client";
import { useMemo } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Sparkline } from "@/app/_ui/sparkline";
import { TimeAgo } from "@/app/_ui/time";
import { FullTime } from "@/app/_ui/time-format";
import { countText } from "@/lib/core/format/units";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { type Grouped, type LogGroup, useLogGroups } from "@/lib/fleet/telemetry/queries.counts";
import { phraseOf } from "@/lib/fleet/telemetry/queries.patterns";
import { quotedValue } from "@/lib/fleet/telemetry/queries.search";
import { plainText } from "./ansi";
import { addTerm } from "./filter";
import { DEFAULT_AFTER, spanOf, stepFor } from "./histogram";
import { LevelMark } from "./log-row";
import { sharesOf } from "./patterns";
import type { LogFilterState } from "./use-log-filter";

/** The patterns and bots that are listed; the largest come first. */
const SHOWN = { patterns: 200, bots: 8 };

type LogPatternsProps = {
  filter: LogFilterState;
  isOneBot: boolean;
  /** Shows the lines of a query. */
  onLines: (text: string) => void;
  /** Shows a line among its neighbours. */
  onLine: (id: number) => void;
};

/** The lines of the range by the pattern of their text, with the bots that wrote them. Closing it stops the count. */
export function LogPatterns({ filter, isOneBot, onLines, onLine }: LogPatternsProps) {
  const { filters, problems, isSearching } = filter;
  const isReady = problems.length === 0 && !isSearching;
  const after = filters.after ?? DEFAULT_AFTER;
  const span = useMemo(() => spanOf({ after, before: filters.before }, Date.now()), [after, filters.before]);
  const grouped = useLogGroups(isReady && span ? { ...filters, after } : undefined, span ? stepFor(span) : "day");
  const groups = [...grouped.groups.values()].sort((a, b) => b.count - a.count).slice(0, SHOWN.patterns);
  const names = useBotNames([...grouped.bots.keys(), ...groups.flatMap((group) => group.bot_ids.slice(0, 1))]);
  if (!isReady || !span) return <SkeletonRows rows={8} columns={4} />;
  if (groups.length === 0)
    return grouped.isWhole ? (
      <EmptyState title="No logs match" description="No line of this range matches the filter." />
    ) : (
      <SkeletonRows rows={8} columns={4} />
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {isOneBot ? null : (
        <BotFacets
          bots={grouped.bots}
          names={names}
          onBot={(id) => onLines(addTerm(filter.text, `bot:${quotedValue(id)}`))}
        />
      )}
      <table className="w-full text-sm" aria-label="Patterns">
        <thead className="text-left text-muted text-xs">
          <tr>
            <th className="px-3 py-1 text-right font-medium">Lines</th>
            <th className="font-medium max-sm:hidden">Over time</th>
            <th className="px-3 font-medium">Pattern</th>
            {isOneBot ? null : <th className="font-medium max-sm:hidden">Bots</th>}
            <th className="px-3 text-right font-medium">Last</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {groups.map((group) => (
            <PatternRow
              key={group.pattern}
              group={group}
              shares={sharesOf(group, span)}
              botText={isOneBot ? undefined : botsText(group, names)}
              onOpen={() => {
                const phrase = phraseOf(group.pattern);
                if (phrase === undefined) onLine(group.newest.id);
                else onLines(addTerm(filter.text, `"${phrase.replaceAll(/["\\]/g, "\\$&")}"`));
              }}
            />
          ))}
        </tbody>
      </table>
      <Reach grouped={grouped} />
    </div>
  );
}

const botsText = ({ bot_ids }: LogGroup, names: ReadonlyMap<string, string>): string => {
  const [first = "", ...more] = bot_ids;
  return `${names.get(first) ?? first}${more.length > 0 ? ` and ${more.length} more` : ""}`;
};

type PatternRowProps = { group: LogGroup; shares: number[]; botText?: string; onOpen: () => void };

function PatternRow({ group, shares, botText, onOpen }: PatternRowProps) {
  const lines = countText(group.count, "line");
  return (
    <tr className="hover:bg-raised">
      <td className="tnum w-16 px-3 text-right font-medium">{group.count.toLocaleString("en")}</td>
      <td className="w-28 max-sm:hidden">
        <Sparkline values={shares} label={`${lines} over time`} className="h-6 w-24" />
      </td>
      <td className="w-full max-w-0 px-3">
        <button
          type="button"
          onClick={onOpen}
          title={plainText(group.newest.message)}
          aria-label={`Show ${lines}: ${plainText(group.pattern)}`}
          className="flex min-h-9 w-full min-w-0 items-center gap-2 text-left font-mono text-[13px] hover:text-accent"
        >
          <LevelMark level={group.newest.level} />
          <span className="truncate">{plainText(group.pattern)}</span>
        </button>
      </td>
      {botText === undefined ? null : (
        <td className="whitespace-nowrap text-[13px] text-muted max-sm:hidden">
          <span className="block max-w-40 truncate">{botText}</span>
        </td>
      )}
      <td className="whitespace-nowrap px-3 text-right text-[13px] text-faint">
        <TimeAgo at={group.newest.timestamp} />
      </td>
    </tr>
  );
}

type BotFacetsProps = {
  bots: ReadonlyMap<string, number>;
  names: ReadonlyMap<string, string>;
  onBot: (id: string) => void;
};

/** The bots with most lines, each a button that shows its lines alone. */
function BotFacets({ bots, names, onBot }: BotFacetsProps) {
  const sorted = [...bots].sort((a, b) => b[1] - a[1]);
  const more = sorted.length - SHOWN.bots;
  return (
    <ul aria-label="Bots" className="flex flex-wrap items-center gap-1.5 border-line border-b px-3 py-2">
      {sorted.slice(0, SHOWN.bots).map(([id, count]) => (
        <li key={id}>
          <Button size="sm" variant="ghost" onClick={() => onBot(id)}>
            <span className="max-w-40 truncate">{names.get(id) ?? id}</span>
            <span className="tnum text-faint">{count.toLocaleString("en")}</span>
          </Button>
        </li>
      ))}
      {more > 0 ? <li className="text-faint text-xs">and {countText(more, "more bot")}</li> : null}
    </ul>
  );
}

/** Says how many lines the patterns are counted from. */
function Reach({ grouped: { count, groups, isWhole, isCut, countedTo } }: { grouped: Grouped }) {
  return (
    <p role="status" className="border-line border-t px-3 py-2 text-faint text-xs">
      {countText(count, "line")} in {isCut ? "more than " : ""}
      {countText(groups.size, "pattern")}
      {isWhole || countedTo === undefined ? null : (
        <>
          , counted back to <FullTime at={countedTo} />
        </>
      )}
    </p>
  );
}
