"use client";
import { cn } from "@/app/_ui/cn";
import { withTerm } from "./filter";
import type { LevelCounts } from "./level-counts";
import { LevelMark } from "./log-row";

const ALWAYS = ["error", "warning", "info", "debug"];

type LevelChipsProps = {
  text: string;
  onText: (text: string) => void;
  chosen: readonly string[];
  levels: LevelCounts;
  /** The time that the counts are of, such as "in the last 24 hours"; empty for all times. */
  range: string;
};

/** One chip for each level, which puts it into the filter text or takes it out. */
export function LevelChips({ text, onText, chosen: asked, levels: { counts, isWhole }, range }: LevelChipsProps) {
  const chosen = new Set(asked);
  const seen = [...counts].flatMap(([level, count]) => (count > 0 ? [level] : []));
  const levels = [...new Set([...ALWAYS, ...seen, ...chosen])].slice(0, 8);
  const toggle = (level: string) => {
    const next = new Set(chosen);
    if (!next.delete(level)) next.add(level);
    onText(withTerm(text, "level", next.size > 0 ? `level:${[...next].join()}` : ""));
  };
  return levels.map((level) => (
    <button
      key={level}
      type="button"
      aria-pressed={chosen.has(level)}
      onClick={() => toggle(level)}
      className={cn(
        "flex h-6 items-center gap-1 rounded-full border px-2 text-xs",
        chosen.has(level) ? "border-accent bg-accent-soft text-text" : "border-line text-muted hover:bg-raised",
      )}
    >
      <LevelMark level={level} />
      {level}
      <LevelCount count={counts.get(level) ?? 0} isWhole={isWhole} range={range} />
    </button>
  ));
}

/** The number of lines of a level. It is marked as incomplete until every older line of the range is counted. */
function LevelCount({ count, isWhole, range }: { count: number; isWhole: boolean; range: string }) {
  const text = count.toLocaleString("en");
  const title = isWhole ? `${text} ${range}`.trim() : `${text} so far; older lines are not counted yet`;
  return (
    <span className="tnum text-faint" title={title}>
      {isWhole ? text : count === 0 ? "–" : `${text}+`}
      {isWhole && range === "" ? null : <span className="sr-only"> {isWhole ? range : "so far"}</span>}
    </span>
  );
}
