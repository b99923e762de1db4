"use client";
import { ArrowDown } from "lucide-react";
import { Checkbox } from "@/app/_ui/checkbox";
import { cn } from "@/app/_ui/cn";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { COLUMNS, FROM, type Layout } from "./columns";

type Head = { label: string; title?: string; sort?: BotSort; className?: string };

const headsOf = ({ columns }: Layout): Head[] => [
  { label: "Status", sort: "status" },
  { label: "Name", sort: "name" },
  ...columns.map(({ id, from }): Head => {
    const column: (typeof COLUMNS)[number] & { title?: string; sort?: BotSort; isFigure?: true } = COLUMNS.find(
      (one) => one.id === id,
    )!;
    const { label, title, sort, isFigure } = column;
    return { label, title, sort, className: cn(FROM[from], isFigure && "text-right") };
  }),
  { label: "" },
];

type HeadProps = {
  layout: Layout;
  bots: readonly Bot[];
  sort: BotSort;
  onSort: (sort: BotSort) => void;
  /** Ids of the selected bots; null outside select mode. */
  selected: ReadonlySet<string> | null;
  onSelect: (selected: ReadonlySet<string>) => void;
};

/** The head of the bot table: its column titles sort, and its checkbox selects every loaded bot. */
export function BotTableHead({ layout, bots, sort, onSort, selected, onSelect }: HeadProps) {
  const all = bots.length > 0 && bots.every((bot) => selected?.has(bot.id));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of the virtual table
    <div role="row" aria-rowindex={1} tabIndex={-1} className="bot-grid hidden h-8 border-line border-b md:grid">
      {selected ? (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <span role="columnheader" tabIndex={-1} className="flex items-center">
          <Checkbox
            aria-label={`Select ${bots.length === 1 ? "the loaded bot" : `all ${bots.length} loaded bots`}`}
            checked={all ? true : selected.size > 0 ? "indeterminate" : false}
            onCheckedChange={() => onSelect(all ? new Set() : new Set(bots.map((bot) => bot.id)))}
          />
        </span>
      ) : null}
      {headsOf(layout).map((head) => (
        <ColumnHeader key={head.label || "actions"} head={head} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

function ColumnHeader({ head, sort, onSort }: { head: Head } & Pick<HeadProps, "sort" | "onSort">) {
  const own = head.sort;
  const isSorted = own === sort;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of the virtual table
    <span
      role="columnheader"
      tabIndex={-1}
      title={head.title}
      aria-sort={isSorted ? (sort === "name" ? "ascending" : "descending") : undefined}
      className={cn("truncate font-medium text-[13px] text-muted", head.className)}
    >
      {own ? (
        <button
          type="button"
          className={cn("inline-flex items-center gap-1 hover:text-text", isSorted && "text-text")}
          onClick={() => onSort(own)}
        >
          {head.label}
          {isSorted ? <ArrowDown className="size-3" aria-hidden /> : null}
        </button>
      ) : (
        head.label || <span className="sr-only">Actions</span>
      )}
    </span>
  );
}
