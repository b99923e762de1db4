"use client";
import { BellRing, Dot, GitCommitVertical, type LucideIcon, RotateCw, SlidersHorizontal } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { cn } from "../cn";
import { useTimeFormat } from "../time-format";
import { Tooltip } from "../tooltip";
import { groupMarks, type Mark, type MarkGroup, type MarkKind, type MarkSpan, placeOf } from "./marks";

const SHOWN: Record<MarkKind, { icon: LucideIcon; line: string; flag: string }> = {
  alert: { icon: BellRing, line: "border-bad", flag: "text-bad" },
  deploy: { icon: GitCommitVertical, line: "border-accent", flag: "text-accent" },
  restart: { icon: RotateCw, line: "border-warn", flag: "text-warn" },
  settings: { icon: SlidersHorizontal, line: "border-line-strong", flag: "text-muted" },
  act: { icon: Dot, line: "border-line-strong", flag: "text-muted" },
};
const MANY = 99;
/** The most lines of a note. */
const LINES = 8;
const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

type MarksLayerProps = { marks: readonly Mark[]; spans: readonly MarkSpan[]; start: number; end: number };

/**
 * Flags above the lines of a chart. They are one stop of the Tab key, between which the arrow keys move. Each shows its note on
 * hover and focus. The layer covers the area between the axes and lets the pointer through everywhere else.
 */
export function MarksLayer({ marks, spans, start, end }: MarksLayerProps) {
  const groups = useMemo(() => groupMarks(marks, start, end), [marks, start, end]);
  const shown = spans.filter((span) => span.from < end && span.to > start);
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const stop = Math.min(chosen, groups.length - 1);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, Home: -groups.length, End: groups.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(stop + by, 0), groups.length - 1);
    setChosen(next);
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  if (groups.length === 0 && shown.length === 0) return null;
  return (
    <div className="pointer-events-none absolute top-0 right-5 bottom-6 left-13">
      {shown.map((span) => {
        const [from, to] = [placeOf(span.from, start, end), placeOf(span.to, start, end)];
        return (
          <div
            key={span.id}
            className="absolute inset-y-2 border-info/40 border-x bg-info/10"
            style={{ left: percent(from), width: percent(to - from) }}
          />
        );
      })}
      <ul ref={list} aria-label="What changed" onKeyDown={move}>
        {groups.map((group, order) => (
          <Flag
            key={group.key}
            group={group}
            left={percent(placeOf(group.at, start, end))}
            isStop={order === stop}
            onFocus={() => setChosen(order)}
          />
        ))}
      </ul>
    </div>
  );
}

type FlagProps = { group: MarkGroup; left: string; isStop: boolean; onFocus: () => void };

function Flag({ group: { at, kind, marks }, left, isStop, onFocus }: FlagProps) {
  const { dateTime } = useTimeFormat();
  const { icon: Icon, line, flag } = SHOWN[kind];
  const more = marks.length - LINES;
  // The label has the number as it is shown, so that people who speak to their computer can name what they see.
  const count = marks.length > MANY ? `${MANY}+` : String(marks.length);
  const label = `${dateTime(at)}: ${marks.length === 1 ? marks[0]!.text : `${count} changes`}`;
  return (
    <li className="absolute inset-y-0" style={{ left }}>
      <span className={cn("absolute inset-y-0 border-l border-dashed opacity-70", line)} />
      <span className="pointer-events-auto absolute -top-1 -left-3">
        <Tooltip
          content={
            <>
              <span className="tnum block opacity-75">{dateTime(at)}</span>
              {marks.slice(0, LINES).map((mark) => (
                <span key={mark.id} className="block break-words">
                  {mark.text}
                </span>
              ))}
              {more > 0 ? <span className="block">and {more} more</span> : null}
            </>
          }
        >
          <button
            type="button"
            tabIndex={isStop ? 0 : -1}
            aria-label={label}
            onFocus={onFocus}
            className={cn("grid size-6 cursor-default place-items-center rounded-full", flag)}
          >
            <span aria-hidden className="grid size-4 place-items-center rounded-full bg-panel ring-1 ring-current">
              {marks.length > 1 ? (
                <span className="tnum font-semibold text-[10px]">{count}</span>
              ) : (
                <Icon className="size-2.5" aria-hidden />
              )}
            </span>
          </button>
        </Tooltip>
      </span>
    </li>
  );
}
