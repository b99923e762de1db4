"use client";
import { Field, Select } from "@/app/_ui/input";
import type { Team } from "@/lib/identity/teams/contract";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";

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

/** The owner of something new: the reader (undefined), a team, or the whole server (null). */
export type NewOwner = number | null | undefined;
const SERVER = "server";

type FieldProps = {
  teams: readonly Team[];
  /** Offers the whole server too. */
  hasServer?: boolean;
  hint: string;
  error?: string;
  className?: string;
  value: NewOwner;
  onChange: (owner: NewOwner) => void;
};

/** Chooses who will own something new. Renders nothing for a reader who has no choice. */
export function OwnerField({ teams, hasServer = false, value, onChange, ...field }: FieldProps) {
  if (teams.length === 0 && !hasServer) return null;
  const ownerOf = (text: string) => (text === "" ? undefined : text === SERVER ? null : Number(text));
  return (
    <Field label="Owner" {...field}>
      <Select
        value={value === null ? SERVER : (value ?? "")}
        onChange={(event) => onChange(ownerOf(event.target.value))}
      >
        <option value="">You</option>
        {teams.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {hasServer ? <option value={SERVER}>Whole server</option> : null}
      </Select>
    </Field>
  );
}

/**
 * Returns the team whose bots something may name: that of a stored thing, or that of the owner chosen for a new one. What belongs to
 * the whole server may name any bot, so it has none.
 */
export function useOwnerTeam(owner: NewOwner, stored?: { team_id: number | null }): number | undefined {
  const personal = useOwnTeams().find((team) => team.personal)?.id;
  return (stored ? stored.team_id : owner === undefined ? personal : owner) ?? undefined;
}
