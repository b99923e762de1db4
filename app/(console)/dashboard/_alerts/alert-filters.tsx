"use client";
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { Select } from "@/app/_ui/input";
import type { Severity } from "@/lib/operations/alerts/contract";
import { SEVERITIES } from "@/lib/operations/alerts/contract.constants";
import type { Reach } from "../_shared/use-reach";
import type { Reader } from "./labels";

const SHOWN = ["open", "firing", "acknowledged", "snoozed", "resolved", "all"] as const;

/** The filters of the list, kept in the address. */
export function useAlertFilters() {
  const [state, set] = useQueryStates({
    state: parseAsStringLiteral(SHOWN).withDefault("open"),
    severity: parseAsStringLiteral(SEVERITIES),
    owner: parseAsStringLiteral(["all"] as const),
    team: parseAsInteger,
  });
  return {
    state,
    set,
    isFiltered: state.state !== "open" || state.severity !== null || state.team !== null,
    clear: () => void set({ state: null, severity: null, owner: null, team: null }),
  };
}

/** Returns the team in the page's address as the API takes it; undefined for a number that no team can have. */
export const teamFilter = (team: number | null): string | undefined =>
  team !== null && team > 0 && team < 2 ** 31 ? String(team) : undefined;

type FiltersProps = { filter: ReturnType<typeof useAlertFilters>; reader: Reader; teams: Reach["teams"] };

export function AlertFilters({ filter: { state, set }, reader, teams }: FiltersProps) {
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
      <AlertOwnerFilter {...{ state, set, reader, teams }} />
    </div>
  );
}

type OwnerProps = Pick<FiltersProps, "reader" | "teams"> & Pick<FiltersProps["filter"], "state" | "set">;

/** Chooses whose alerts are listed. Renders nothing for a reader who sees only their own. */
function AlertOwnerFilter({ state, set, reader, teams }: OwnerProps) {
  const isStaff = reader.role !== "user";
  if (!isStaff && teams.length === 0) return null;
  return (
    <Select
      aria-label="Owner"
      className="w-44"
      value={state.owner ?? state.team ?? ""}
      onChange={({ target: { value } }) =>
        void set({ owner: value === "all" ? "all" : null, team: /^\d+$/.test(value) ? Number(value) : null })
      }
    >
      <option value="">{isStaff ? "Server and mine" : "Mine and my teams'"}</option>
      {isStaff ? <option value="all">Everyone's alerts</option> : null}
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
