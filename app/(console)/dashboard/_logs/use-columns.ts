"use client";
import { useMemo } from "react";
import { parseAsString, useQueryState } from "@/app/_ui/address-state";
import { COLUMN_NAME, COLUMNS_MAX } from "@/lib/fleet/telemetry/contract.constants";

/** The fields of the metadata that the address names: `?columns=guild,attempt`. What is no name of a field is left out. */
export const columnsOf = (text: string): string[] =>
  [...new Set(text.split(","))].filter((name) => COLUMN_NAME.test(name)).slice(0, COLUMNS_MAX);

/** The fields of the metadata that are columns of the log viewer, kept in the address. */
export function useColumns() {
  const [text, setText] = useQueryState("columns", parseAsString.withDefault(""));
  const columns = useMemo(() => columnsOf(text), [text]);
  return {
    columns,
    /** Whether there is no place for one more. */
    isFull: columns.length === COLUMNS_MAX,
    toggle: (name: string) => {
      const rest = columns.filter((one) => one !== name);
      const next = rest.length < columns.length ? rest : [...columns, name].slice(0, COLUMNS_MAX);
      void setText(next.join() || null);
    },
  };
}

export type ColumnsState = ReturnType<typeof useColumns>;
