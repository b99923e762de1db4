"use client";
import { ListChecks, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorToast, toast } from "@/app/_ui/toast";
import { sentenceOf, useRemoveRule, useRules, useSaveRule } from "@/lib/operations/alerts/queries";
import type { AlertRule } from "@/lib/operations/alerts/rules/contract";
import { OwnerFilter } from "../_shared/owner-select";
import { useReach } from "../_shared/use-reach";
import { AddDefaultRules } from "./add-default-rules";
import { type Reader, SeverityMark } from "./labels";
import { RuleDialog } from "./rule-dialog";
import { inputOf } from "./rule-input";
import { ShortList } from "./short-list";

/** The list of rules, each written as a sentence. */
export function Rules({ reader }: { reader: Reader }) {
  const reach = useReach(reader);
  const [team, setTeam] = useState<number>();
  const rules = useRules({ team_id: team });
  const remove = useRemoveRule();
  const [edited, setEdited] = useState<AlertRule | "new" | null>(null);
  const [leaving, setLeaving] = useState<AlertRule | null>(null);
  const rows = rules.data?.rules;
  const add = (
    <Button size="sm" variant="primary" onClick={() => setEdited("new")}>
      <Plus /> New rule
    </Button>
  );
  return (
    <Card>
      <CardHeader>
        <CardTitle>Rules</CardTitle>
        <OwnerFilter teams={reach.teams} value={team} onChange={setTeam} />
        {add}
      </CardHeader>
      <QueryState
        query={rules}
        data={rows}
        failure="Rules could not be loaded"
        loading={<SkeletonRows rows={4} columns={2} />}
        empty={
          <EmptyState
            icon={<ListChecks />}
            title="No rules yet"
            description="Create a rule to get an alert when a bot stays offline, logs errors, or fails or delays commands."
            action={
              <>
                <AddDefaultRules role={reader.role} />
                <Button onClick={() => setEdited("new")}>New rule</Button>
              </>
            }
          />
        }
      >
        {(all) => (
          <ul aria-label="Rules">
            {all.map((rule) => (
              <Row
                key={rule.rule_id}
                rule={rule}
                canManage={reach.mayManage(rule)}
                team={reach.nameOf(rule.team_id)}
                onEdit={() => setEdited(rule)}
                onRemove={() => setLeaving(rule)}
              />
            ))}
          </ul>
        )}
      </QueryState>
      <ShortList page={rules.data} what="rules" />
      {edited ? (
        <RuleDialog
          key={edited === "new" ? "new" : edited.rule_id}
          rule={edited === "new" ? undefined : (rows?.find(({ rule_id }) => rule_id === edited.rule_id) ?? edited)}
          reader={reader}
          reach={reach}
          onClose={() => setEdited(null)}
        />
      ) : null}
      <ConfirmDialog
        open={leaving !== null}
        onOpenChange={(open) => !open && setLeaving(null)}
        title={`Remove rule ${leaving?.name ?? ""}`}
        consequence="The rule stops, and its open alerts are resolved. Past alerts stay in the history."
        verb="Remove rule"
        onConfirm={async () => {
          if (!leaving) return;
          await remove.mutateAsync(leaving.rule_id);
          toast.success(`Rule ${leaving.name} removed`);
        }}
      />
    </Card>
  );
}

type RowProps = {
  rule: AlertRule;
  canManage: boolean;
  team: string | undefined;
  onEdit: () => void;
  onRemove: () => void;
};

function Row({ rule, canManage, team, onEdit, onRemove }: RowProps) {
  const save = useSaveRule();
  const toggle = () =>
    save.mutate(
      { rule_id: rule.rule_id, body: { ...inputOf(rule), enabled: !rule.enabled }, version: rule.version },
      {
        onSuccess: () => toast.success(`${rule.name} turned ${rule.enabled ? "off" : "on"}`),
        onError: (error) => errorToast(error),
      },
    );
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium text-sm">{rule.name}</span>
          <SeverityMark severity={rule.severity} />
          {rule.scope === "all" ? <Badge>whole server</Badge> : null}
          {team ? <Badge>{team}</Badge> : null}
          {rule.enabled ? null : <Badge tone="warn">off</Badge>}
          {rule.open_alerts > 0 ? (
            <Badge tone="bad">
              {rule.open_alerts} open {rule.open_alerts === 1 ? "alert" : "alerts"}
            </Badge>
          ) : null}
        </p>
        <p className="text-[13px] text-muted">{sentenceOf(rule)}</p>
      </div>
      {canManage ? (
        <div className="flex gap-1.5">
          <Button size="sm" onClick={toggle} loading={save.isPending}>
            Turn {rule.enabled ? "off" : "on"}
          </Button>
          <Button size="sm" icon aria-label={`Edit ${rule.name}`} onClick={onEdit}>
            <Pencil />
          </Button>
          <Button size="sm" icon aria-label={`Remove ${rule.name}`} onClick={onRemove}>
            <Trash2 />
          </Button>
        </div>
      ) : null}
    </li>
  );
}
