"use client";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { writeJson } from "@/lib/core/format/json";
import { countText } from "@/lib/core/format/units";
import { cn } from "./cn";
import { CopyButton } from "./code-block";

/** Children beyond this number appear only on request, so that a huge payload cannot freeze the page. */
const PAGE = 100;

/** "2 items" of a list, "1 field" of an object: a bare number would read as the content. */
const sizeText = (count: number, isList: boolean) => countText(count, isList ? "item" : "field");

function Leaf({ value }: { value: unknown }) {
  if (typeof value === "string")
    return <span className="whitespace-pre-wrap break-all text-ok">{writeJson(value)}</span>;
  if (typeof value === "number" || typeof value === "bigint")
    return <span className="tnum text-info">{String(value)}</span>;
  if (typeof value === "boolean") return <span className="text-accent">{String(value)}</span>;
  return <span className="text-faint">null</span>;
}

function Node({
  name,
  value,
  depth,
  openDepth,
}: {
  name?: ReactNode;
  value: unknown;
  depth: number;
  openDepth: number;
}) {
  const branch = typeof value === "object" && value !== null;
  const entries = branch ? Object.entries(value) : [];
  const [open, setOpen] = useState(depth < openDepth && entries.length <= PAGE);
  const [shown, setShown] = useState(PAGE);
  const brackets = Array.isArray(value) ? "[]" : "{}";
  const label = name === undefined ? null : <span className="text-muted">{name}: </span>;
  if (!branch || entries.length === 0) {
    return (
      <div className="pl-4">
        {label}
        {branch ? <span className="text-faint">{brackets}</span> : <Leaf value={value} />}
      </div>
    );
  }
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex max-w-full items-start rounded text-left hover:bg-raised"
      >
        <ChevronRight className={cn("mt-1 size-3 w-4 shrink-0 text-faint", open && "rotate-90")} aria-hidden />
        <span>
          {label}
          <span className="text-faint">
            {brackets[0]}
            {open ? "" : ` ${sizeText(entries.length, Array.isArray(value))} ${brackets[1]}`}
          </span>
        </span>
      </button>
      {open ? (
        <>
          <div className="ml-[7px] border-line border-l pl-2">
            {entries.slice(0, shown).map(([key, child]) => (
              <Node key={key} name={key} value={child} depth={depth + 1} openDepth={openDepth} />
            ))}
            {entries.length > shown ? (
              <button type="button" className="pl-4 text-accent hover:underline" onClick={() => setShown(shown + PAGE)}>
                Show {entries.length - shown} more
              </button>
            ) : null}
          </div>
          <span className="pl-4 text-faint">{brackets[1]}</span>
        </>
      ) : null}
    </div>
  );
}

type JsonViewProps = {
  value: unknown;
  /** The number of levels that start open (default 2). */
  openDepth?: number;
  className?: string;
};

/** A JSON value as a tree that folds, with a copy button. */
export function JsonView({ value, openDepth = 2, className }: JsonViewProps) {
  return (
    <div className={cn("relative rounded-md border border-line bg-bg", className)}>
      <div className="max-h-96 overflow-auto p-2 pr-11 font-mono text-[13px] leading-5">
        <Node value={value} depth={0} openDepth={openDepth} />
      </div>
      <CopyButton text={writeJson(value, 2)} label="Copy JSON" className="absolute top-1.5 right-1.5 bg-bg" />
    </div>
  );
}
