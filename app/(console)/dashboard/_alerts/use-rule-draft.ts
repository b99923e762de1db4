"use client";
import { useState } from "react";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { useProblem } from "@/app/_shell/use-problem";
import { toast } from "@/app/_ui/toast";
import { useDryRun, useSaveRule } from "@/lib/operations/alerts/queries";
import { type AlertRule, RuleInput } from "@/lib/operations/alerts/rules/contract";
import { emptyRule, inputOf, RULE_LABELS } from "./rule-input";

/**
 * The rule that the dialog edits: its draft and errors, and functions that save it and try it out.
 *
 * @param start  what a new rule begins with
 */
export function useRuleDraft(rule: AlertRule | undefined, onSaved: () => void, start?: RuleInput) {
  const [fresh] = useState(() => start ?? emptyRule());
  const edit = useEdit<RuleInput>({ values: rule ? inputOf(rule) : fresh, version: rule?.version ?? 0 });
  const draft = edit.values;
  const problems = useProblem();
  const save = useSaveRule();
  const dry = useDryRun();

  /**
   * Returns the draft as the request body. If it is invalid, shows the errors at their fields and returns undefined.
   */
  function checked(): RuleInput | undefined {
    const parsed = RuleInput.safeParse(draft);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const message =
      issue?.path[0] === "name" && draft.name.trim() === "" ? "is required" : (issue?.message ?? "is not valid");
    problems.report(String(issue?.path[0] ?? ""), `${message[0]?.toUpperCase()}${message.slice(1)}.`);
    return undefined;
  }
  const merge = useMerge<RuleInput>({
    ...{ what: "The rule", labels: RULE_LABELS },
    send: async (body, version) => {
      await save.mutateAsync({ rule_id: rule?.rule_id, body, version: rule ? version : undefined });
      toast.success(
        body.enabled ? `Rule ${body.name} saved and turned on` : `Rule ${body.name} saved. It is turned off.`,
      );
      onSaved();
    },
    fromStored: (stored) => stored as RuleInput,
    onRebase: edit.rebase,
  });
  return {
    draft,
    /** The team that owns the rule. A stored rule keeps its owner; of a new one the draft decides. */
    team_id: rule ? (rule.team_id ?? undefined) : draft.team_id,
    problems,
    dry,
    saving: save.isPending,
    mergeDialog: merge.dialog,
    set: (change: Partial<RuleInput>) => {
      edit.change({ ...draft, ...change });
      problems.clear();
      dry.reset();
    },
    submit: () => {
      const body = checked();
      if (body) void merge.save(edit.base, body).catch(problems.reportError);
    },
    tryOut: () => {
      const body = checked() && RuleInput.parse(draft);
      // The dry run of a stored rule watches what its owner may.
      if (body) dry.mutate({ ...body, team_id: rule?.team_id ?? body.team_id }, { onError: problems.reportError });
    },
  };
}

export type RuleDraft = ReturnType<typeof useRuleDraft>;
