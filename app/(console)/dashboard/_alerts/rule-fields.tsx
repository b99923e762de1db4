"use client";
import { Field, Input, Select } from "@/app/_ui/input";
import { QUERY_MAX } from "@/lib/fleet/telemetry/contract.constants";
import { Severity } from "@/lib/operations/alerts/contract";
import { Metric, type RuleInput } from "@/lib/operations/alerts/rules/contract";
import { METRICS, metricFacts } from "@/lib/operations/alerts/rules/contract.constants";
import { logQueryProblem, problemSentence } from "@/lib/operations/alerts/rules/queries.log";
import { BotsPicker } from "../_shared/bots-picker";
import { OwnerField } from "../_shared/owner-select";
import type { Reach } from "../_shared/use-reach";
import type { Reader } from "./labels";
import { withMetric, withOwner } from "./rule-input";
import type { RuleDraft } from "./use-rule-draft";

const UNIT = { seconds: "seconds", count: "times", percent: "percent" } as const;

/** Fields that show their own error, so the dialog does not repeat it. */
export const RULE_FIELDS: readonly (keyof RuleInput)[] = [
  "name",
  "threshold",
  "query",
  "window_s",
  "for_s",
  "recover_below",
  "escalate_after_m",
  "bot_ids",
  "scope",
  "team_id",
];

type FieldsProps = { rule: RuleDraft; reader: Omit<Reader, "email"> };

/** The fields for what a rule watches, for which bots, and how severe its alerts are. */
export function WatchFields({ rule, reader, teams }: FieldsProps & { teams: Reach["managed"] }) {
  const { draft, set, problems } = rule;
  const { unit, per } = metricFacts(draft.metric);
  const isOfTeam = rule.team_id !== undefined && rule.team_id !== reader.user_id;
  const metrics = Metric.options.filter((one) =>
    isOfTeam ? METRICS[one].per === "bot" : reader.role === "admin" || METRICS[one].per !== "server",
  );
  const ownText = isOfTeam ? "Bots of the team" : per === "bot" ? "My bots" : "My transfers";
  return (
    <>
      <Field label="Name" error={problems.errorOf("name")} className="sm:col-span-2">
        <Input autoFocus maxLength={100} value={draft.name} onChange={(event) => set({ name: event.target.value })} />
      </Field>
      <OwnerField
        {...{ teams, value: draft.team_id, error: problems.errorOf("team_id") }}
        hint="A team's rule watches the team's bots, and its members see the alerts"
        className="sm:col-span-2"
        onChange={(owner) => set(withOwner(draft, owner ?? undefined))}
      />
      <Field label="Watch">
        <Select value={draft.metric} onChange={(event) => set(withMetric(draft, event.target.value as Metric))}>
          {metrics.map((one) => (
            <option key={one} value={one}>
              {METRICS[one].label}
            </option>
          ))}
        </Select>
      </Field>
      {draft.metric === "log_match" ? <RuleQuery rule={rule} /> : null}
      <NumberField
        label={draft.metric === "log_match" ? "Threshold, lines" : `Threshold, ${UNIT[unit]}`}
        error={problems.errorOf("threshold")}
        value={draft.threshold}
        onChange={(threshold = Number.NaN) => set({ threshold })}
      />
      <Field label="Applies to" error={problems.errorOf("scope")}>
        <Select
          value={draft.scope}
          onChange={(event) =>
            set({ scope: event.target.value as RuleInput["scope"], channels: [], escalation_channels: [] })
          }
        >
          {per === "server" ? null : <option value="own">{ownText}</option>}
          {per === "bot" ? <option value="selected">Selected bots</option> : null}
          {reader.role === "admin" && !isOfTeam ? <option value="all">The whole server</option> : null}
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
          error={problems.errorOf("bot_ids")}
          value={draft.bot_ids}
          onChange={(bot_ids) => set({ bot_ids })}
          teamId={isOfTeam ? rule.team_id : undefined}
        />
      ) : null}
    </>
  );
}

/** The query whose lines are counted. Says at once what a rule cannot count by. */
function RuleQuery({ rule: { draft, set, problems } }: Pick<FieldsProps, "rule">) {
  const { query = "" } = draft;
  const problem = query.trim() === "" ? undefined : logQueryProblem(query);
  const typed = problem && `${problemSentence(query, problem)}.`;
  return (
    <Field
      label="Query"
      hint="The log explorer's language. The lines of all bots below are counted together."
      error={problems.errorOf("query") ?? typed}
      className="sm:col-span-2"
    >
      <Input
        value={query}
        maxLength={QUERY_MAX}
        placeholder='level:error "connection lost"'
        className="font-mono text-[13px]"
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => set({ query: event.target.value })}
      />
    </Field>
  );
}

/** The fields for when a rule fires, recovers and escalates. Only the fields that its metric uses are shown. */
export function TimingFields({ rule: { draft, set, problems } }: Pick<FieldsProps, "rule">) {
  const { unit, windowed } = metricFacts(draft.metric);
  return (
    <>
      {windowed ? (
        <NumberField
          label="Time window, seconds"
          error={problems.errorOf("window_s")}
          value={draft.window_s}
          onChange={(window_s = Number.NaN) => set({ window_s })}
        />
      ) : null}
      {unit === "seconds" ? null : (
        <>
          <NumberField
            label="Must last, seconds"
            hint="0 alerts immediately"
            error={problems.errorOf("for_s")}
            value={draft.for_s}
            onChange={(for_s = Number.NaN) => set({ for_s })}
          />
          <NumberField
            label="Resolve below"
            hint="Leave empty to use the threshold"
            error={problems.errorOf("recover_below")}
            value={draft.recover_below}
            onChange={(recover_below) => set({ recover_below })}
          />
        </>
      )}
      <NumberField
        label="Escalate after, minutes"
        hint="Unless acknowledged. Leave empty to never escalate."
        error={problems.errorOf("escalate_after_m")}
        value={draft.escalate_after_m}
        onChange={(escalate_after_m) => set({ escalate_after_m })}
      />
    </>
  );
}

type NumberFieldProps = {
  label: string;
  hint?: string;
  error?: string;
  /** The value of the input. NaN and undefined both mean that it is empty. */
  value: number | undefined;
  onChange: (value: number | undefined) => void;
};

function NumberField({ label, hint, error, value, onChange }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      <Input
        type="number"
        inputMode="numeric"
        value={value === undefined || Number.isNaN(value) ? "" : value}
        onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}
      />
    </Field>
  );
}
