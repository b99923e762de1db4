"use client";
import { Check, Download, LayoutGrid, Plus, Rows3, Table2 } from "lucide-react";
import { MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { errorToast, toast } from "@/app/_ui/toast";
import { useMedia } from "@/app/(console)/dashboard/_shared/hooks";
import { countText } from "@/lib/core/format/units";
import type { BotFilters } from "@/lib/fleet/bots/queries.keys";
import { type Breakpoint, COLUMNS, type ColumnId } from "./columns";
import type { Display } from "./display";
import { saveBots } from "./save-bots";

type DisplayItemsProps = {
  display: Display;
  filters: BotFilters;
  isTiles: boolean;
  onTiles: (on: boolean) => void;
};

/** Chooses columns, the height of rows, or tiles, and saves what the filters show as a file. Loaded when the menu opens. */
export function DisplayItems({ display, filters, isTiles, onTiles }: DisplayItemsProps) {
  // A phone shows cards.
  const hasColumns = useMedia("(min-width: 768px)");
  const save = () =>
    saveBots(filters).then(
      (count) => toast.success(`Saved ${countText(count, "bot")} as bots.csv`),
      (error: unknown) => errorToast(error),
    );
  return (
    <>
      {isTiles || !hasColumns ? null : (
        <>
          {COLUMNS.map(({ id, label }) => (
            <Choice key={id} isOn={display.has(id)} onToggle={() => display.toggle(id)}>
              {label}
              <span className="text-faint">{noteOf(id, display)}</span>
            </Choice>
          ))}
          <MenuSeparator />
          <MenuItem icon={<Rows3 />} onSelect={() => display.toggle("compact")}>
            {display.isCompact ? "Taller rows" : "Compact rows"}
          </MenuItem>
        </>
      )}
      <MenuItem icon={isTiles ? <Table2 /> : <LayoutGrid />} onSelect={() => onTiles(!isTiles)}>
        {isTiles ? "Show as a table" : "Show as tiles"}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Download />} onSelect={() => void save()}>
        Download these bots (CSV)
      </MenuItem>
    </>
  );
}

const NOTES: Partial<Record<Breakpoint, string>> = { "2xl": ", in wide windows", wide: ", in very wide windows" };

/** Says where a chosen column is, when most windows have no room for it beside the others. */
const noteOf = (id: ColumnId, { layout }: Display): string =>
  NOTES[layout.columns.find((column) => column.id === id)?.from ?? "md"] ?? "";

/** The menu stays open, so that several can be chosen. */
function Choice({ isOn, onToggle, children }: { isOn: boolean; onToggle: () => void; children: React.ReactNode }) {
  return (
    <MenuItem
      icon={isOn ? <Check /> : <Plus />}
      onSelect={(event) => {
        event.preventDefault();
        onToggle();
      }}
    >
      {children}
      <span className="sr-only">{isOn ? " (shown)" : ""}</span>
    </MenuItem>
  );
}
