"use client";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { Select } from "@/app/_ui/input";
import type { Severity } from "@/lib/operations/alerts/contract";
import { SEVERITIES } from "@/lib/operations/alerts/contract.constants";
import type { Reader } from "./labels";

const SHOWN = ["open", "firing", "acknowledged", "snoozed", "resolved", "all"] as const;

/** The filters of the list, kept in the address. */
export function useAlertFilters() {
  const [state, set] = useQueryStates({
    state: parseAsStringLiteral(SHOWN).withDefault("open"),
    severity: parseAsStringLiteral(SEVERITIES),
    owner: parseAsStringLiteral(["all"] as const),
  });
  return {
    state,
    set,
    isFiltered: state.state !== "open" || state.severity !== null,
    clear: () => void set({ state: null, severity: null, owner: null }),
  };
}

type FiltersProps = { filter: ReturnType<typeof useAlertFilters>; reader: Reader };

export function AlertFilters({ filter: { state, set }, reader }: FiltersProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <Select
        aria-label="State"
        className="w-36"
        value={state.state}
        onChange={(event) => void set({ state: event.target.value as (typeof SHOWN)[number] })}
      >
        <option value="open">Not resolved</option>
        <option value="firing">Firing</option>
        <option value="acknowledged">Acknowledged</option>
        <option value="snoozed">Snoozed</option>
        <option value="resolved">Resolved</option>
        <option value="all">Any state</option>
      </Select>
      <Select
        aria-label="Severity"
        className="w-36"
        value={state.severity ?? ""}
        onChange={(event) => void set({ severity: (event.target.value || null) as Severity | null })}
      >
        <option value="">Any severity</option>
        {SEVERITIES.map((one) => (
          <option key={one} value={one}>
            {one[0]?.toUpperCase() + one.slice(1)}
          </option>
        ))}
      </Select>
      {reader.role === "user" ? null : (
        <Select
          aria-label="Owner"
          className="w-44"
          value={state.owner ?? ""}
          onChange={(event) => void set({ owner: event.target.value === "all" ? "all" : null })}
        >
          <option value="">Server and mine</option>
          <option value="all">Everyone's alerts</option>
        </Select>
      )}
    </div>
  );
}
