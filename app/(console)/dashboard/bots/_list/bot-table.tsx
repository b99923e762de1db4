"use client";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef } from "react";
import { Checkbox } from "@/app/_ui/checkbox";
import { cn } from "@/app/_ui/cn";
import { useMedia } from "@/app/(console)/dashboard/_shared/hooks";
import { useVisibleRows } from "@/app/(console)/dashboard/_shared/use-visible-rows";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { BotCard, BotRow, COLUMNS } from "./bot-row";

type BotTableProps = {
  bots: Bot[];
  sort: BotSort;
  onSort: (sort: BotSort) => void;
  /** Ids chosen in select mode; null outside of it. */
  selected: ReadonlySet<string> | null;
  onSelect: (selected: ReadonlySet<string>) => void;
  more: { loading: boolean; load: () => void } | null;
};

const HEADS: { label: string; sort?: BotSort; className?: string }[] = [
  { label: "Status", sort: "status" },
  { label: "Name", sort: "name" },
  { label: "Platform", className: "hidden lg:block" },
  { label: "Last seen", sort: "last_active" },
  { label: "Last 24 h", className: "hidden xl:block" },
  { label: "Pending", sort: "pending", className: "text-right" },
  { label: "Failed", className: "text-right" },
  { label: "Errors", className: "text-right" },
  { label: "" },
];

/** Rows of 32 px (cards of 64 px on phones), of which only the visible ones exist: 1000 bots are some 40 elements. */
export function BotTable({ bots, sort, onSort, selected, onSelect, more }: BotTableProps) {
  const area = useRef<HTMLDivElement>(null);
  const wide = useMedia("(min-width: 768px)");
  const rowHeight = wide ? 32 : 64;
  const { from, to } = useVisibleRows(area, bots.length, rowHeight);
  useEffect(() => {
    if (more && !more.loading && to > bots.length - 30) more.load();
  }, [more, to, bots.length]);

  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const all = bots.length > 0 && bots.every((bot) => selected?.has(bot.id));

  return (
    // biome-ignore lint/a11y/useSemanticElements: a real table cannot hold virtual rows without breaking its layout
    <div
      role="table"
      aria-label="Bots"
      aria-rowcount={more ? -1 : bots.length + 1}
      className={cn("text-sm", COLUMNS, selected && "selecting")}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="row" aria-rowindex={1} tabIndex={-1} className="bot-grid hidden h-8 border-line border-b md:grid">
        {selected ? (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <span role="columnheader" tabIndex={-1} className="flex items-center">
            <Checkbox
              aria-label={`Select all ${bots.length} loaded bots`}
              checked={all ? true : selected.size > 0 ? "indeterminate" : false}
              onCheckedChange={() => onSelect(all ? new Set() : new Set(bots.map((bot) => bot.id)))}
            />
          </span>
        ) : null}
        {HEADS.map((head) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <span
            key={head.label || "actions"}
            role="columnheader"
            tabIndex={-1}
            aria-sort={head.sort === sort ? (sort === "name" ? "ascending" : "descending") : undefined}
            className={cn("truncate font-medium text-[13px] text-muted", head.className)}
          >
            {head.sort ? (
              <button
                type="button"
                className={cn("inline-flex items-center gap-1 hover:text-text", head.sort === sort && "text-text")}
                onClick={() => head.sort && onSort(head.sort)}
              >
                {head.label}
                {head.sort === sort ? <ArrowDown className="size-3" aria-hidden /> : null}
              </button>
            ) : (
              head.label || <span className="sr-only">Actions</span>
            )}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        ref={area}
        role="rowgroup"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        className="-outline-offset-2 max-h-[calc(100dvh-16rem)] overflow-y-auto"
      >
        <div className="relative" role="presentation" style={{ height: bots.length * rowHeight }}>
          {bots.slice(from, to).map((bot, at) => {
            const Row = wide ? BotRow : BotCard;
            return (
              <Row
                key={bot.id}
                bot={bot}
                index={from + at + 2}
                top={(from + at) * rowHeight}
                selecting={selected !== null}
                selected={selected?.has(bot.id) ?? false}
                onToggle={toggle}
              />
            );
          })}
        </div>
        {more?.loading ? (
          <p role="status" className="px-3 py-2 text-[13px] text-faint">
            Loading more…
          </p>
        ) : null}
      </div>
    </div>
  );
}
