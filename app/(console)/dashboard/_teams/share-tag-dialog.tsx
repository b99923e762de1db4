"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { toast } from "@/app/_ui/toast";
import { TagField } from "@/app/(console)/dashboard/_shared/tag-field";
import { endOf, type GrantDraft, GrantFields, grantDraft } from "@/app/(console)/dashboard/bots/_detail/grant-fields";
import {
  isNamed,
  type Receiver,
  ReceiverFields,
  receiverBody,
} from "@/app/(console)/dashboard/bots/_detail/receiver-fields";
import { ApiError, errorText } from "@/lib/client/api";
import type { Team } from "@/lib/identity/teams/contract";
import type { TagGrant } from "@/lib/identity/teams/contract.tag-grants";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { useChangeTagGrant, useShareTag } from "@/lib/identity/teams/queries.tag-grants";

type Draft = Receiver & GrantDraft & { tag: string };
type ShareTagDialogProps = { team: Team; grant?: TagGrant; onClose: () => void };

/** Shares a tag of the team's bots with a person or a team, or with `grant` changes the role or the end of that. */
export default function ShareTagDialog({ team, grant, onClose }: ShareTagDialogProps) {
  const share = useShareTag(team.id);
  const change = useChangeTagGrant(team.id);
  const teams = useOwnTeams()
    .filter(({ id, personal }) => !personal && id !== team.id)
    .map(({ id, name }) => [id, `Team ${name}`] as const);
  const [draft, setDraft] = useState<Draft>({ tag: "", username: "", team: "", ...grantDraft(grant) });
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const { error } = grant ? change : share;
  const isOfPerson = error instanceof ApiError && (error.status === 404 || error.field === "username");
  const isOfTag = error instanceof ApiError && error.field === "tag";
  const submit = () => {
    const [ends_at, tag] = [endOf(draft), draft.tag.trim()];
    const onSuccess = () => {
      toast.success(grant ? `Changed access by ${grant.tag}` : `Shared ${tag}`);
      onClose();
    };
    if (grant) change.mutate({ grantId: grant.id, role: draft.role, ends_at }, { onSuccess });
    else share.mutate({ tag, ...receiverBody(draft), role: draft.role, ends_at }, { onSuccess });
  };
  return (
    <FormDialog
      title={grant ? `Change access by ${grant.tag}` : "Share a tag"}
      description={grant ? undefined : "They see every bot that has the tag, also bots that get it later."}
      verb={grant ? "Save access" : "Share tag"}
      ready={(grant !== undefined || (draft.tag.trim() !== "" && isNamed(draft))) && endOf(draft) !== ""}
      busy={share.isPending || change.isPending}
      problem={isOfPerson || isOfTag ? undefined : error}
      onSubmit={submit}
      onClose={onClose}
    >
      {grant ? null : (
        <>
          <TagField
            label="Tag"
            hint="While it is shared, only owners set it on a bot or remove it."
            value={draft.tag}
            onChange={(tag) => set({ tag })}
            error={isOfTag ? errorText(error) : undefined}
          />
          <ReceiverFields
            label="Share with"
            receiver={draft}
            onChange={set}
            teams={teams}
            error={isOfPerson ? errorText(error) : undefined}
          />
        </>
      )}
      <GrantFields draft={draft} set={set} stored={grant?.ends_at} />
    </FormDialog>
  );
}
