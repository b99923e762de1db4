"use client";
import { Field, Select } from "@/app/_ui/input";
import { TARGETS_MAX } from "@/lib/operations/schedules/contract.constants";
import { TargetPicker, type Targets } from "../_composer/target-picker";
import { BotsPicker } from "../_shared/bots-picker";
import type { ScheduleDraft } from "./schedule-draft";
import { keptLimits } from "./texts";

type Props = {
  draft: Pick<ScheduleDraft, "target" | "bot_ids" | "filter" | "team_id">;
  set: (change: Partial<Pick<ScheduleDraft, "target" | "bot_ids">>) => void;
  targets: Targets;
  error: string | undefined;
};

/** Chooses the bots of a schedule: by a filter that is applied at every run, or one by one. */
export function TargetFields({ draft, set, targets, error }: Props) {
  const kept = keptLimits(draft.filter);
  return (
    <fieldset className="space-y-3 rounded-md border border-line px-3 pt-1 pb-3">
      <legend className="px-1 font-medium text-[13px]">Bots</legend>
      <Field label="Runs on">
        <Select
          value={draft.target}
          onChange={(event) => set({ target: event.target.value as ScheduleDraft["target"] })}
        >
          <option value="filter">Bots that match at each run</option>
          <option value="selected">Selected bots</option>
        </Select>
      </Field>
      {draft.target === "selected" ? (
        <BotsPicker
          legend="Selected bots"
          error={error}
          value={draft.bot_ids}
          onChange={(bot_ids) => set({ bot_ids: bot_ids.slice(0, TARGETS_MAX) })}
          teamId={draft.team_id}
        />
      ) : (
        <>
          <TargetPicker targets={targets} />
          {kept ? <p className="text-[13px] text-muted">Also limited by the API: {kept}.</p> : null}
        </>
      )}
    </fieldset>
  );
}
