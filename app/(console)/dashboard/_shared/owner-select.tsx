"use client";
import { Select } from "@/app/_ui/input";
import type { Team } from "@/lib/identity/teams/contract";

type Props = {
  teams: readonly Team[];
  /** The label of the option for no team, such as "Any owner". */
  none: string;
  value: number | undefined;
  onChange: (teamId: number | undefined) => void;
  "aria-label"?: string;
  className?: string;
};

/** Chooses a team, or none. */
export function OwnerSelect({ teams, none, value, onChange, ...select }: Props) {
  return (
    <Select
      {...select}
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}
    >
      <option value="">{none}</option>
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}

/** Filters a list by a team. Renders nothing for a reader without teams. */
export function OwnerFilter({ teams, value, onChange }: Pick<Props, "teams" | "value" | "onChange">) {
  if (teams.length === 0) return null;
  return <OwnerSelect {...{ teams, value, onChange }} none="Any owner" aria-label="Owner" className="w-44" />;
}
