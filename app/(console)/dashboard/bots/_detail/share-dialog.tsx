"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotGrant } from "@/lib/identity/teams/contract.grants";
import { useChangeGrant, useShareBot } from "@/lib/identity/teams/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { endOf, type GrantDraft, GrantFields, grantDraft } from "./grant-fields";
import { isNamed, type Receiver, ReceiverFields, receiverBody } from "./receiver-fields";

type Draft = Receiver & GrantDraft;

/** Shares a bot with a person or a team, or with `grant` changes the role or the end of that. */
export default function ShareDialog({ bot, grant, onClose }: { bot: Bot; grant?: BotGrant; onClose: () => void }) {
  const share = useShareBot(bot.id);
  const change = useChangeGrant(bot.id);
  const teams = useOwnTeams()
    .filter((team) => !team.personal && team.id !== bot.team_id)
    .map((team) => [team.id, `Team ${team.name}`] as const);
  const [draft, setDraft] = useState<Draft>({ username: "", team: "", ...grantDraft(grant) });
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
      <GrantFields draft={draft} set={set} stored={grant?.ends_at} />
    </FormDialog>
  );
}
