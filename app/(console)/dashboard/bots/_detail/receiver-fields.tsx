"use client";
import { Field, Input, Select } from "@/app/_ui/input";

/** The team or the person that a form names: `team` is the id of a team, or "" for the person of `username`. */
export type Receiver = { team: string; username: string };

type ReceiverFieldsProps = {
  label: string;
  receiver: Receiver;
  onChange: (part: Partial<Receiver>) => void;
  /** The teams to choose from, by id and label. */
  teams: readonly (readonly [id: number, label: string])[];
  /** An error at the username. */
  error?: string;
};

/** The body that names the receiver to the API. */
export const receiverBody = ({ team, username }: Receiver) =>
  team ? { team_id: Number(team) } : { username: username.trim() };

export const isNamed = ({ team, username }: Receiver): boolean => team !== "" || username.trim() !== "";

/** Chooses a team of the reader, or a person by username. */
export function ReceiverFields({ label, receiver, onChange, teams, error }: ReceiverFieldsProps) {
  return (
    <>
      {teams.length > 0 ? (
        <Field label={label}>
          <Select value={receiver.team} onChange={(event) => onChange({ team: event.target.value })}>
            <option value="">A person</option>
            {teams.map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      {receiver.team ? null : (
        <Field label="Username" error={error} hint="The username of an account on this server.">
          <Input
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            value={receiver.username}
            onChange={(event) => onChange({ username: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}
