"use client";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input, Select } from "@/app/_ui/input";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import { Severity } from "@/lib/operations/alerts/contract";
import { sentenceOf, useChannels, useDryRun, useSaveRule } from "@/lib/operations/alerts/queries";
import {
  type AlertRule,
  type DryRun,
  METRICS,
  Metric,
  metricFacts,
  RuleInput,
} from "@/lib/operations/alerts/rules/contract";
import { BotsPicker } from "../_shared/bot-picker";
import type { Reader } from "./labels";
import { emptyRule, inputOf, RULE_LABELS, withMetric } from "./rule-input";

type Props = { rule?: AlertRule; reader: Reader; onClose: () => void };
const UNIT = { seconds: "seconds", count: "times", percent: "percent" } as const;

/** Makes a rule or changes one: says it as a sentence, and when it would have fired. */
export function RuleDialog({ rule, reader, onClose }: Props) {
  const [fresh] = useState(emptyRule);
  const edit = useEdit<RuleInput>({ values: rule ? inputOf(rule) : fresh, version: rule?.version ?? 0 });
  const draft = edit.values;
  const [problem, setProblem] = useState<{ field?: string; message: string } | null>(null);
  const save = useSaveRule();
  const dry = useDryRun();
  const channels = (useChannels().data?.channels ?? []).filter((one) => one.global === (draft.scope === "all"));
  const { unit, windowed, per, unseen } = metricFacts(draft.metric);
  const metrics = Metric.options.filter((one) => reader.role === "admin" || METRICS[one].per !== "server");
  const set = (change: Partial<RuleInput>) => {
    edit.change({ ...draft, ...change });
    setProblem(null);
    dry.reset();
  };
  const number = (text: string) => (text === "" ? Number.NaN : Number(text));
  const errorOf = (field: keyof RuleInput) => (problem?.field === field ? problem.message : undefined);

  /** The draft as the server takes it; says what is wrong at its field otherwise. */
  function checked(): RuleInput | undefined {
    const parsed = RuleInput.safeParse(draft);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const message =
      issue?.path[0] === "name" && draft.name.trim() === "" ? "is required" : (issue?.message ?? "is not valid");
    setProblem({ field: String(issue?.path[0] ?? ""), message: `${message[0]?.toUpperCase()}${message.slice(1)}.` });
    return undefined;
  }
  const failed = (error: unknown) =>
    setProblem({ field: error instanceof ApiError ? error.field : undefined, message: errorText(error) });
  const merge = useMerge<RuleInput>({
    ...{ what: "The rule", labels: RULE_LABELS },
    send: async (body, version) => {
      await save.mutateAsync({ rule_id: rule?.rule_id, body, version: rule ? version : undefined });
      toast.success(
        body.enabled ? `Rule ${body.name} saved and turned on` : `Rule ${body.name} saved. It is turned off.`,
      );
      onClose();
    },
    fromStored: (stored) => stored as RuleInput,
    onRebase: edit.rebase,
  });
  const submit = () => {
    const body = checked();
    if (body) void merge.save(edit.base, body).catch(failed);
  };
  const tryOut = () => {
    const body = checked() && RuleInput.parse(draft);
    if (body) dry.mutate(body, { onError: failed });
  };
  const pick = (field: "channels" | "escalation_channels", id: string, on: boolean) =>
    set({ [field]: on ? [...draft[field], id] : draft[field].filter((one) => one !== id) });
  const shown = ["name", "threshold", "window_s", "for_s", "recover_below", "escalate_after_m", "bot_ids", "scope"];

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={rule ? `Rule ${rule.name}` : "New rule"}
      description={Number.isFinite(draft.threshold) ? sentenceOf(draft) : "When…"}
      footer={
        <>
          <Button onClick={tryOut} loading={dry.isPending} className="mr-auto">
            <FlaskConical /> Dry run
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="alert-rule" loading={save.isPending}>
            {rule ? "Save rule" : "Create rule"}
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
          submit();
        }}
      >
        <Field label="Name" error={errorOf("name")} className="sm:col-span-2">
          <Input autoFocus maxLength={100} value={draft.name} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        <Field label="Watch">
          <Select value={draft.metric} onChange={(event) => set(withMetric(draft, event.target.value as Metric))}>
            {metrics.map((one) => (
              <option key={one} value={one}>
                {METRICS[one].label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={`Threshold, ${UNIT[unit]}`} error={errorOf("threshold")}>
          <Input
            type="number"
            inputMode="numeric"
            value={Number.isNaN(draft.threshold) ? "" : draft.threshold}
            onChange={(event) => set({ threshold: number(event.target.value) })}
          />
        </Field>
        <Field label="Applies to" error={errorOf("scope")}>
          <Select
            value={draft.scope}
            onChange={(event) =>
              set({ scope: event.target.value as RuleInput["scope"], channels: [], escalation_channels: [] })
            }
          >
            {per === "server" ? null : <option value="own">{per === "bot" ? "My bots" : "My transfers"}</option>}
            {per === "bot" ? <option value="selected">Selected bots</option> : null}
            {reader.role === "admin" ? <option value="all">The whole server</option> : null}
          </Select>
        </Field>
        <Field label="Severity">
          <Select value={draft.severity} onChange={(event) => set({ severity: event.target.value as Severity })}>
            {Severity.options.map((one) => (
              <option key={one} value={one}>
                {one[0]?.toUpperCase() + one.slice(1)}
              </option>
            ))}
          </Select>
        </Field>
        {draft.scope === "selected" ? (
          <BotsPicker
            legend="Bots"
            error={errorOf("bot_ids")}
            value={draft.bot_ids}
            onChange={(bot_ids) => set({ bot_ids })}
          />
        ) : null}
        {windowed ? (
          <Field label="Time window, seconds" error={errorOf("window_s")}>
            <Input
              type="number"
              inputMode="numeric"
              value={Number.isNaN(draft.window_s) ? "" : draft.window_s}
              onChange={(event) => set({ window_s: number(event.target.value) })}
            />
          </Field>
        ) : null}
        {unit === "seconds" ? null : (
          <>
            <Field label="Must last, seconds" hint="0 alerts immediately" error={errorOf("for_s")}>
              <Input
                type="number"
                inputMode="numeric"
                value={Number.isNaN(draft.for_s) ? "" : draft.for_s}
                onChange={(event) => set({ for_s: number(event.target.value) })}
              />
            </Field>
            <Field label="Resolve below" hint="Leave empty to use the threshold" error={errorOf("recover_below")}>
              <Input
                type="number"
                inputMode="numeric"
                value={draft.recover_below ?? ""}
                onChange={(event) =>
                  set({ recover_below: event.target.value === "" ? undefined : Number(event.target.value) })
                }
              />
            </Field>
          </>
        )}
        <Field
          label="Escalate after, minutes"
          hint="Unless acknowledged. Leave empty to never escalate."
          error={errorOf("escalate_after_m")}
        >
          <Input
            type="number"
            inputMode="numeric"
            value={draft.escalate_after_m ?? ""}
            onChange={(event) =>
              set({ escalate_after_m: event.target.value === "" ? undefined : Number(event.target.value) })
            }
          />
        </Field>
        {channels.length > 0 ? (
          <Picks
            legend="Send to (select none to use every channel that is not for escalation)"
            options={channels.map((one) => [one.channel_id, one.name])}
            picked={draft.channels}
            onPick={(id, on) => pick("channels", id, on)}
          />
        ) : null}
        {channels.length > 0 && draft.escalate_after_m !== undefined ? (
          <Picks
            legend="When escalated, also send to"
            options={channels.map((one) => [one.channel_id, one.name])}
            picked={draft.escalation_channels}
            onPick={(id, on) => pick("escalation_channels", id, on)}
          />
        ) : null}
        {problem && !shown.includes(problem.field ?? "") ? (
          <p role="alert" className="text-[13px] text-bad sm:col-span-2">
            {problem.message}
          </p>
        ) : null}
      </form>
      {merge.dialog}
      {dry.data ? <DryRunResult result={dry.data} unseen={unseen} /> : null}
    </Dialog>
  );
}

type PicksProps = {
  legend: string;
  options: [string, string][];
  picked: string[];
  onPick: (id: string, on: boolean) => void;
};

function Picks({ legend, options, picked, onPick }: PicksProps) {
  return (
    <fieldset className="sm:col-span-2">
      <legend className="mb-1 font-medium text-[13px]">{legend}</legend>
      <div className="max-h-36 space-y-1 overflow-y-auto rounded-md border border-line p-2">
        {options.map(([id, name]) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is inside
          <label key={id} className="flex items-center gap-2 text-sm">
            <Checkbox checked={picked.includes(id)} onCheckedChange={(on) => onPick(id, on === true)} />
            <span className="truncate">{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** When it would have fired in the last 24 hours. */
function DryRunResult({ result, unseen }: { result: DryRun; unseen?: string }) {
  const { total, firings, complete, from, to } = result;
  const times = total === 1 ? "once" : `${total} times`;
  return (
    <section aria-label="Dry run" role="status" className="mt-4 rounded-md border border-line bg-raised/50 p-3 text-sm">
      {from === to ? (
        <p className="font-medium">No data yet for this dry run. Try again in a few minutes.</p>
      ) : (
        <p className="font-medium">
          {complete ? "In the last 24 hours" : "Since recording began"} this rule would{" "}
          {total === 0 ? "not have fired." : `have fired ${times}.`}
        </p>
      )}
      {complete || from === to ? null : (
        <p className="text-[13px] text-warn">
          Data covers less than 24 hours: recording began <TimeAgo at={from} />.
        </p>
      )}
      {unseen ? <p className="text-[13px] text-muted">{unseen}</p> : null}
      <ul className="mt-1 space-y-0.5 text-[13px] text-muted">
        {[...firings]
          .reverse()
          .slice(0, 10)
          .map((one) => (
            <li key={one.at} className="flex flex-wrap gap-x-2">
              <TimeAgo at={one.at} className="whitespace-nowrap text-text" />
              <span className="min-w-0 truncate">
                {one.labels.slice(0, 3).join(", ")}
                {one.count > 3 ? ` and ${one.count - 3} more` : ""}
              </span>
              <span>{one.until ? "recovered" : "still firing"}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}
