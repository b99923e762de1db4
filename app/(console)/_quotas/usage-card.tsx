"use client";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { cn } from "@/app/_ui/cn";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { quotaFacts } from "@/lib/core/contract.quotas";
import type { OwnerQuotas, Quota } from "@/lib/identity/quotas/contract";
import { useQuotas } from "@/lib/identity/quotas/queries";

const LimitsDialog = lazyPart(() => import("./limits-dialog"));

/** Shows the usage and the limits of a team, or of the person with this number. Admins can change the limits here. */
export function UsageCard({ teamId }: { teamId: number }) {
  const query = useQuotas(teamId);
  const [isChanging, setChanging] = useState(false);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Usage</CardTitle>
        {query.data?.can_change ? (
          <Button size="sm" onClick={() => setChanging(true)}>
            Change limits
          </Button>
        ) : null}
      </CardHeader>
      <QueryState
        query={query}
        data={query.data}
        failure="The usage could not be loaded"
        loading={<SkeletonRows rows={6} columns={2} />}
      >
        {(owner) => <Usage owner={owner} />}
      </QueryState>
      {isChanging ? <LimitsDialog teamId={teamId} onClose={() => setChanging(false)} /> : null}
    </Card>
  );
}

function Usage({ owner }: { owner: OwnerQuotas }) {
  return (
    <div className="space-y-4 p-4">
      <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
        {owner.quotas.map((quota) => (
          <UsageBar key={quota.kind} quota={quota} />
        ))}
      </ul>
      {owner.can_change ? null : <p className="text-[13px] text-muted">An admin of this server can raise a limit.</p>}
    </div>
  );
}

function UsageBar({ quota: { kind, usage, limit } }: { quota: Quota }) {
  const { title } = quotaFacts(kind);
  const isReached = usage >= limit;
  const text = `${usage.toLocaleString("en")} of ${limit.toLocaleString("en")}`;
  return (
    <li className="min-w-0 space-y-1">
      <p className="flex min-h-5 flex-wrap items-center justify-between gap-x-2 text-[13px]">
        <span>{title}</span>
        <span className="tnum flex items-center gap-1.5 text-muted">
          {isReached ? <Badge tone="warn">Limit reached</Badge> : null}
          {text}
        </span>
      </p>
      <progress
        className={cn(
          "block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-raised [&::-webkit-progress-bar]:bg-raised",
          isReached
            ? "[&::-moz-progress-bar]:bg-warn [&::-webkit-progress-value]:bg-warn"
            : "[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-value]:bg-accent",
        )}
        value={isReached ? 1 : usage}
        max={isReached ? 1 : limit}
        aria-label={title}
        aria-valuetext={text}
      />
    </li>
  );
}
