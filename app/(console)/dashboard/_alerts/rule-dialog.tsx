"use client";
import { FlaskConical } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { sentenceOf } from "@/lib/operations/alerts/queries";
import type { AlertRule, RuleInput } from "@/lib/operations/alerts/rules/contract";
import { metricFacts } from "@/lib/operations/alerts/rules/contract.constants";
import type { Reach } from "../_shared/use-reach";
import { DryRunResult } from "./dry-run-result";
import type { Reader } from "./labels";
import { RuleChannels } from "./rule-channels";
import { RULE_FIELDS, TimingFields, WatchFields } from "./rule-fields";
import { useRuleDraft } from "./use-rule-draft";

type Props = {
  rule?: AlertRule;
  /** A new rule begins with these values. */
  start?: RuleInput;
  reader: Omit<Reader, "email">;
  reach: Reach;
  onClose: () => void;
};

/** Creates or changes a rule. Shows the rule as a sentence, and when it would have fired. */
export function RuleDialog({ rule: stored, start, reader, reach, onClose }: Props) {
  const rule = useRuleDraft(stored, onClose, start);
  const { draft, dry } = rule;
  const problem = rule.problems.messageBeside(RULE_FIELDS);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={stored ? `Rule ${stored.name}` : "New rule"}
      description={Number.isFinite(draft.threshold) ? sentenceOf({ ...draft, team_id: rule.team_id }) : "When…"}
      footer={
        <>
          <Button onClick={rule.tryOut} loading={dry.isPending} className="mr-auto">
            <FlaskConical /> Dry run
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="alert-rule" loading={rule.saving}>
            {stored ? "Save rule" : "Create rule"}
          </Button>
        </>
      }
    >
      <form
        id="alert-rule"
        noValidate
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          rule.submit();
        }}
      >
        <WatchFields rule={rule} reader={reader} teams={stored ? [] : reach.managed} />
        <TimingFields rule={rule} />
        <RuleChannels draft={draft} set={rule.set} owner={rule.team_id ?? reader.user_id} />
        {problem ? (
          <p role="alert" className="text-[13px] text-bad sm:col-span-2">
            {problem}
          </p>
        ) : null}
      </form>
      {rule.mergeDialog}
      {dry.data ? <DryRunResult result={dry.data} unseen={metricFacts(draft.metric).unseen} /> : null}
    </Dialog>
  );
}
