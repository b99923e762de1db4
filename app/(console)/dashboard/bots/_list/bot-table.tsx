"use client";
import { useEffect, useRef } from "react";
import { cn } from "@/app/_ui/cn";
import { useMedia } from "@/app/(console)/dashboard/_shared/hooks";
import { useVisibleRows } from "@/app/(console)/dashboard/_shared/use-visible-rows";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { BotCard, BotRow, CARD_PX, COMPACT_PX, GRID, ROW_PX } from "./bot-row";
import { BotTableHead } from "./bot-table-head";
import type { Layout } from "./columns";
import type { Display } from "./display";

type BotTableProps = {
  bots: Bot[];
  display: Display;
  sort: BotSort;
  onSort: (sort: BotSort) => void;
  /** Ids of the selected bots; null outside select mode. */
  selected: ReadonlySet<string> | null;
  onSelect: (selected: ReadonlySet<string>) => void;
  more: { loading: boolean; load: () => void } | null;
  /** The note beside a bot: who owns it. */
  noteOf: (bot: Bot) => string | undefined;
};

/** Hands the tracks of each breakpoint to the classes of `GRID`. */
const tracks = ({ templates }: Layout) =>
  Object.fromEntries(Object.entries(templates).map(([point, template]) => [`--bots-${point}`, template]));

/** Rows, or cards on phones. Only visible ones are rendered: a list of 1000 bots has about 40 elements. */
export function BotTable({ bots, display, sort, onSort, selected, onSelect, more, noteOf }: BotTableProps) {
  const area = useRef<HTMLDivElement>(null);
  const wide = useMedia("(min-width: 768px)");
  const { layout, isCompact } = display;
  const rowPx = wide ? (isCompact ? COMPACT_PX : ROW_PX) : CARD_PX;
  const Row = wide ? BotRow : BotCard;
  const { from, to } = useVisibleRows(area, bots.length, rowPx);
  useEffect(() => {
    if (more && !more.loading && to > bots.length - 30) more.load();
  }, [more, to, bots.length]);
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a real table cannot hold virtual rows without breaking its layout
    <div
      role="table"
      aria-label="Bots"
      aria-rowcount={more ? -1 : bots.length + 1}
      className={cn("text-sm", GRID, selected && "selecting")}
      style={tracks(layout)}
    >
      <BotTableHead layout={layout} bots={bots} sort={sort} onSort={onSort} selected={selected} onSelect={onSelect} />
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        ref={area}
        role="rowgroup"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        className="-outline-offset-2 max-h-[calc(100dvh-16rem)] overflow-y-auto"
      >
        <div className="relative" role="presentation" style={{ height: bots.length * rowPx }}>
          {bots.slice(from, to).map((bot, at) => (
            <Row
              key={bot.id}
              bot={bot}
              note={noteOf(bot)}
              index={from + at + 2}
              top={(from + at) * rowPx}
              height={rowPx}
              columns={layout.columns}
              selecting={selected !== null}
              selected={selected?.has(bot.id) ?? false}
              onToggle={toggle}
            />
          ))}
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
