"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { FullTime } from "@/app/_ui/time-format";
import { toast } from "@/app/_ui/toast";
import { GRANT_ROLE_OPTIONS } from "@/app/(console)/dashboard/_teams/roles";
import { ApiError, errorText } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotGrant } from "@/lib/identity/teams/contract.grants";
import { useChangeGrant, useOwnTeams, useShareBot } from "@/lib/identity/teams/queries";
import { isNamed, type Receiver, ReceiverFields, receiverBody } from "./receiver-fields";

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

type Draft = Receiver & { role: BotGrant["role"]; end: End; until: string };

/** The end that a draft asks for; undefined to keep the stored one, "" for a time that is missing or has passed. */
function endOf({ end, until }: Draft): string | null | undefined {
  if (end === "same") return undefined;
  if (end === "never") return null;
  if (end !== "until") return new Date(Date.now() + SPANS[end] * HOUR_MS).toISOString();
  const at = Date.parse(until);
  return at > Date.now() ? new Date(at).toISOString() : "";
}

/** Shares a bot with a person or a team, or with `grant` changes the role or the end of that. */
export default function ShareDialog({ bot, grant, onClose }: { bot: Bot; grant?: BotGrant; onClose: () => void }) {
  const share = useShareBot(bot.id);
  const change = useChangeGrant(bot.id);
  const teams = useOwnTeams()
    .filter((team) => !team.personal && team.id !== bot.team_id)
    .map((team) => [team.id, `Team ${team.name}`] as const);
  const [draft, setDraft] = useState<Draft>({
    ...{ username: "", team: "", until: "" },
    ...(grant ? { role: grant.role, end: "same" } : { role: "viewer", end: "day" }),
  });
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const { role } = draft;
  const { error } = grant ? change : share;
  const isOfPerson = error instanceof ApiError && (error.status === 404 || error.field === "username");
  const name = (grant ? (grant.user?.username ?? grant.team?.name) : draft.username.trim()) ?? "";
  const submit = () => {
    const ends_at = endOf(draft);
    const onSuccess = () => {
      toast.success(grant ? `Changed access of ${name}` : `Shared ${bot.name}`);
      onClose();
    };
    if (grant) change.mutate({ grantId: grant.id, role, ends_at }, { onSuccess });
    else share.mutate({ ...receiverBody(draft), role, ends_at }, { onSuccess });
  };
  return (
    <FormDialog
      title={grant ? `Change access of ${name}` : `Share ${bot.name}`}
      description={grant ? undefined : "They see this bot alone, on its page, in lists and in the search."}
      verb={grant ? "Save access" : "Share bot"}
      ready={(grant !== undefined || isNamed(draft)) && endOf(draft) !== ""}
      busy={share.isPending || change.isPending}
      problem={isOfPerson ? undefined : error}
      onSubmit={submit}
      onClose={onClose}
    >
      {grant ? null : (
        <ReceiverFields
          label="Share with"
          receiver={draft}
          onChange={set}
          teams={teams}
          error={isOfPerson ? errorText(error) : undefined}
        />
      )}
      <Field label="Role">
        <Select value={role} onChange={(event) => set({ role: event.target.value as Draft["role"] })}>
          {GRANT_ROLE_OPTIONS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <EndField draft={draft} set={set} stored={grant?.ends_at} />
    </FormDialog>
  );
}

type FieldsProps = { draft: Draft; set: (part: Partial<Draft>) => void };

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
