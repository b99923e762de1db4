"use client";
import { Check, Columns3, Plus } from "lucide-react";
import { useMemo } from "react";
import { Button } from "@/app/_ui/button";
import { Menu, MenuItem } from "@/app/_ui/menu";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { COLUMN_NAME } from "@/lib/fleet/telemetry/contract.constants";
import { seenIn } from "./seen";
import type { ColumnsState } from "./use-columns";

/** Fields that the menu offers, in the order in which lines have them. */
const OFFERED = 12;

/** Chooses columns among the fields that the loaded lines have. */
export function ColumnsMenu({ columns: state, lines }: { columns: ColumnsState; lines: readonly Log[] }) {
  const { columns, isFull, toggle } = state;
  return (
    <Menu
      className="max-h-80 overflow-y-auto"
      trigger={
        <Button size="sm" className="h-9" title="Show fields of the metadata as columns">
          <Columns3 aria-hidden />
          <span className="max-sm:sr-only">Columns{columns.length > 0 ? ` (${columns.length})` : ""}</span>
        </Button>
      }
    >
      <Items {...{ columns, isFull, toggle, lines }} />
    </Menu>
  );
}

/** The metadata of the lines is read only once the menu is open. */
function Items({ columns, isFull, toggle, lines }: ColumnsState & { lines: readonly Log[] }) {
  const names = useMemo(() => [...seenIn(lines).fields.keys()].filter((name) => COLUMN_NAME.test(name)), [lines]);
  const offered = [...new Set([...columns, ...names])].slice(0, OFFERED);
  if (offered.length === 0) return <MenuItem disabled>The loaded lines have no metadata</MenuItem>;
  return offered.map((name) => {
    const isShown = columns.includes(name);
    return (
      <MenuItem
        key={name}
        icon={isShown ? <Check /> : <Plus />}
        disabled={isFull && !isShown}
        onSelect={() => toggle(name)}
      >
        <span className="font-mono text-[13px]">{name}</span>
        <span className="sr-only">{isShown ? " (shown)" : ""}</span>
      </MenuItem>
    );
  });
}
