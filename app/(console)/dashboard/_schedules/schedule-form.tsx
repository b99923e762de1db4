"use client";
import { CalendarClock } from "lucide-react";
import { useMemo, useState } from "react";
import { useProblem } from "@/app/_shell/use-problem";
import { Field, Input } from "@/app/_ui/input";
import { reaches } from "@/lib/core/contract.roles";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { useOfferedCommands } from "@/lib/fleet/manifests/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import type { NewSchedule } from "@/lib/operations/schedules/queries";
import { CommandForm } from "../_composer/form";
import { useCommandHistory } from "../_composer/history";
import { useTargets } from "../_composer/target-picker";
import { OwnerField } from "../_shared/owner-select";
import { PolicyFields } from "./policy-fields";
import { bodyOf, isMissing, type ScheduleDraft } from "./schedule-draft";
import { TargetFields } from "./target-fields";
import { WhenFields } from "./when-fields";

type Props = {
  initial: ScheduleDraft;
  isNew: boolean;
  busy: boolean;
  /** @throws ApiError a refusal, which is shown at the field that it names */
  onSubmit: (body: NewSchedule) => Promise<unknown>;
};

/** Fields that show their own error. */
const FIELDS = ["name", "team_id", "when", "cron", "every_minutes", "time_zone", "bot_ids"];

/** The form of a schedule: a command's own form, below when it runs and for which bots. */
export function ScheduleForm({ initial, isNew, busy, onSubmit }: Props) {
  const form = useScheduleForm(initial, onSubmit);
  const { draft, set, targets, problems } = form;
  const { drafts } = useCommandHistory("*");
  const offered = useOfferedCommands(form.botIds);
  const whenError = ["when", "cron", "every_minutes", "time_zone"].map(problems.errorOf).find(Boolean);
  return (
    <CommandForm
      isScheduled
      draft={draft.command}
      onDraft={(command) => set({ command })}
      dispatch={initial.dispatch}
      offered={offered.data?.commands}
      targets={form.botNames}
      history={drafts}
      icon={<CalendarClock aria-hidden />}
      submitLabel={isNew ? "Create schedule" : "Save schedule"}
      busy={busy}
      error={problems.messageBeside(FIELDS)}
      onSubmit={form.submit}
      before={
        <>
          <Field label="Name" error={problems.errorOf("name")}>
            <Input
              autoFocus
              maxLength={80}
              autoComplete="off"
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          </Field>
          {isNew ? <TeamField draft={draft} set={set} error={problems.errorOf("team_id")} /> : null}
          <WhenFields draft={draft} set={set} error={whenError} />
          <TargetFields draft={draft} set={set} targets={targets} error={problems.errorOf("bot_ids")} />
        </>
      }
      after={<PolicyFields draft={draft} set={set} />}
    />
  );
}

/** The state of the form. */
function useScheduleForm(initial: ScheduleDraft, onSubmit: Props["onSubmit"]) {
  const [draft, setDraft] = useState(initial);
  const problems = useProblem();
  const targets = useTargets({ ...initial.filter, team_id: draft.team_id ?? initial.filter.team_id });
  const isSelected = draft.target === "selected";
  const { bots } = targets;
  const botIds = useMemo(
    () => (isSelected ? draft.bot_ids : bots.map(({ id }) => id)),
    [isSelected, draft.bot_ids, bots],
  );
  const names = useBotNames(isSelected ? draft.bot_ids : []);
  return {
    ...{ draft, targets, problems, botIds },
    botNames: isSelected ? draft.bot_ids.map((id) => names.get(id) ?? id) : bots.map(({ name }) => name),
    set: (change: Partial<ScheduleDraft>) => {
      setDraft((last) => ({ ...last, ...change }));
      problems.clear();
    },
    submit: (command: NewCommand) => {
      const { status: _, tag: __, search: ___, ...kept } = initial.filter;
      const body = bodyOf({ ...draft, filter: { ...kept, ...targets.filter } }, command);
      if (isMissing(body)) problems.report(body.field, body.message);
      else onSubmit(body).catch(problems.reportError);
    },
  };
}

type OwnerProps = {
  draft: Pick<ScheduleDraft, "team_id">;
  set: (change: Pick<ScheduleDraft, "team_id" | "bot_ids">) => void;
  error: string | undefined;
};

/** Chooses who owns a new schedule. Renders nothing for a reader who manages no team. */
function TeamField({ draft, set, error }: OwnerProps) {
  const teams = useOwnTeams().filter(({ personal, role }) => !personal && reaches(role, "maintainer"));
  return (
    <OwnerField
      {...{ teams, error, value: draft.team_id }}
      hint="A team's schedule reaches the team's bots, and goes on when you leave"
      onChange={(owner) => set({ team_id: owner ?? undefined, bot_ids: [] })}
    />
  );
}
