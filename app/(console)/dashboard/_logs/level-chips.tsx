"use client";
import { cn } from "@/app/_ui/cn";
import { withTerm } from "./filter";
import { LevelMark } from "./log-row";

const ALWAYS = ["error", "warning", "info", "debug"];

type LevelChipsProps = {
  text: string;
  onText: (text: string) => void;
  chosen: readonly string[];
  /** Loaded lines by level; they are totals only when `isComplete` is set. */
  counts: ReadonlyMap<string, number>;
  isComplete: boolean;
};

/** One chip for each level, which puts it into the filter text or takes it out. */
export function LevelChips({ text, onText, chosen: asked, counts, isComplete }: LevelChipsProps) {
  const chosen = new Set(asked);
  const levels = [...new Set([...ALWAYS, ...counts.keys(), ...chosen])].slice(0, 8);
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
      <LevelCount count={counts.get(level) ?? 0} isComplete={isComplete} />
    </button>
  ));
}

/** The number of loaded lines of a level. It is marked as incomplete until every older line has been read. */
function LevelCount({ count, isComplete }: { count: number; isComplete: boolean }) {
  const text = count.toLocaleString("en");
  if (isComplete) return <span className="tnum text-faint">{text}</span>;
  return (
    <span className="tnum text-faint" title={`${text} in the loaded lines; older lines are not counted`}>
      {count === 0 ? "–" : `${text}+`}
      <span className="sr-only"> in the loaded lines</span>
    </span>
  );
}
