"use client";
import Link from "next/link";
import { useState } from "react";
import { useProblem } from "@/app/_shell/use-problem";
import { Dialog } from "@/app/_ui/dialog";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { QueryState } from "@/app/_ui/query-state";
import { toast } from "@/app/_ui/toast";
import { type QuotaKind, quotaFacts } from "@/lib/core/contract.quotas";
import type { OwnerQuotas, Quota } from "@/lib/identity/quotas/contract";
import { type LimitChanges, useChangeLimits, useQuotas } from "@/lib/identity/quotas/queries";

type Props = { teamId: number; onClose: () => void };
type Draft = Partial<Record<QuotaKind, string>>;

/** Changes the limits of one team or person, for admins. */
export default function LimitsDialog({ teamId, onClose }: Props) {
  const query = useQuotas(teamId);
  if (query.data) return <LimitsForm owner={query.data} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Change limits">
      <QueryState query={query} data={undefined} failure="The limits could not be loaded">
        {() => null}
      </QueryState>
    </Dialog>
  );
}

/** An empty field stands for the server's limit. */
const draftOf = (quotas: readonly Quota[]): Draft =>
  Object.fromEntries(quotas.map(({ kind, limit, is_own }) => [kind, is_own ? String(limit) : ""]));

/** Returns what is wrong with the text of a field. */
function problemOf(kind: QuotaKind, text: string): string | undefined {
  const { least, max } = quotaFacts(kind);
  const isWithin = text === "" || (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= max);
  return isWithin
    ? undefined
    : `Enter a whole number from ${least.toLocaleString("en")} to ${max.toLocaleString("en")}.`;
}

function LimitsForm({ owner, onClose }: { owner: OwnerQuotas; onClose: () => void }) {
  const [{ before, draft }, setState] = useState(() => ({
    before: draftOf(owner.quotas),
    draft: draftOf(owner.quotas),
  }));
  const change = useChangeLimits(owner.team_id);
  const problems = useProblem();
  const changed = owner.quotas.filter(({ kind }) => draft[kind] !== before[kind]);

  async function submit(): Promise<void> {
    const wrong = changed.find(({ kind }) => problemOf(kind, draft[kind] ?? ""));
    if (wrong) return problems.report(`limits.${wrong.kind}`, problemOf(wrong.kind, draft[wrong.kind] ?? "")!);
    const limits: LimitChanges = Object.fromEntries(
      changed.map(({ kind }) => [kind, draft[kind] ? Number(draft[kind]) : null]),
    );
    await change.mutateAsync(limits);
    toast.success(`Limits of ${owner.name} changed`);
    onClose();
  }

  return (
    <FormDialog
      title={`Change limits of ${owner.name}`}
      description="Nothing is deleted when there is more than a new limit allows."
      verb="Save limits"
      ready={changed.length > 0}
      busy={change.isPending}
      problem={
        change.error && !owner.quotas.some(({ kind }) => problems.errorOf(`limits.${kind}`)) ? change.error : null
      }
      onSubmit={() => void submit().catch(problems.reportError)}
      onClose={onClose}
    >
      <p className="text-[13px] text-muted">
        Leave a field empty to use the limit of this server, which you change in{" "}
        <Link href="/admin/config?section=quotas" className="text-accent hover:underline">
          Settings
        </Link>
        .
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        {owner.quotas.map(({ kind, usage, server_limit }) => (
          <Field
            key={kind}
            label={quotaFacts(kind).title}
            error={problems.errorOf(`limits.${kind}`)}
            hint={`Uses ${usage.toLocaleString("en")}`}
          >
            <Input
              inputMode="numeric"
              autoComplete="off"
              maxLength={9}
              placeholder={server_limit.toLocaleString("en")}
              value={draft[kind] ?? ""}
              onChange={(event) => {
                problems.clear();
                setState((last) => ({ ...last, draft: { ...last.draft, [kind]: event.target.value.trim() } }));
              }}
            />
          </Field>
        ))}
      </div>
    </FormDialog>
  );
}
