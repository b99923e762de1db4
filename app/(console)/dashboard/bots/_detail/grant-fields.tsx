"use client";
import { Field, Input, Select } from "@/app/_ui/input";
import { FullTime } from "@/app/_ui/time-format";
import { GRANT_ROLE_OPTIONS } from "@/app/(console)/dashboard/_teams/roles";
import type { BotGrant } from "@/lib/identity/teams/contract.grants";

const HOUR_MS = 3_600_000;
/** Ends that can be chosen: hours from now, at a chosen time, or never. */
const SPANS = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const;
type End = keyof typeof SPANS | "never" | "until" | "same";
const ENDS: [End, string][] = [
  ["hour", "In 1 hour"],
  ["day", "In 1 day"],
  ["week", "In 1 week"],
  ["month", "In 30 days"],
  ["until", "At a time I choose"],
  ["never", "Never"],
];

/** A grant while it is edited: the role that it gives, and its end. */
export type GrantDraft = { role: BotGrant["role"]; end: End; until: string };

/** The draft of a new grant, or of the change of a stored one. */
export const grantDraft = (stored?: Pick<BotGrant, "role">): GrantDraft =>
  stored ? { role: stored.role, end: "same", until: "" } : { role: "viewer", end: "day", until: "" };

/** The end that a draft asks for; undefined to keep the stored one, "" for a time that is missing or has passed. */
export function endOf({ end, until }: GrantDraft): string | null | undefined {
  if (end === "same") return undefined;
  if (end === "never") return null;
  if (end !== "until") return new Date(Date.now() + SPANS[end] * HOUR_MS).toISOString();
  const at = Date.parse(until);
  return at > Date.now() ? new Date(at).toISOString() : "";
}

type FieldsProps = { draft: GrantDraft; set: (part: Partial<GrantDraft>) => void };

/** Chooses the role and the end of a grant. `stored`: the end that it has; undefined for a new one. */
export function GrantFields({ draft, set, stored }: FieldsProps & { stored: string | null | undefined }) {
  return (
    <>
      <Field label="Role">
        <Select value={draft.role} onChange={(event) => set({ role: event.target.value as GrantDraft["role"] })}>
          {GRANT_ROLE_OPTIONS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <EndField draft={draft} set={set} stored={stored} />
    </>
  );
}

/** `stored`: the end that a grant has; undefined for a new one. */
function EndField({ draft, set, stored }: FieldsProps & { stored: string | null | undefined }) {
  const isPast = draft.end === "until" && draft.until !== "" && endOf(draft) === "";
  return (
    <>
      <Field label="Access ends" hint={draft.end === "same" && stored ? <FullTime at={stored} /> : undefined}>
        <Select value={draft.end} onChange={(event) => set({ end: event.target.value as End })}>
          {stored === undefined ? null : <option value="same">As it is now</option>}
          {ENDS.map(([end, label]) => (
            <option key={end} value={end}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {draft.end === "until" ? (
        <Field
          label="Ends at"
          hint="In the time zone of this browser."
          error={isPast ? "Choose a time in the future." : undefined}
        >
          <Input type="datetime-local" value={draft.until} onChange={(event) => set({ until: event.target.value })} />
        </Field>
      ) : null}
    </>
  );
}
