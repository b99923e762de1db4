"use client";
import { Circle, CircleCheck, X } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { useRole } from "@/app/_shell/features";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { AddDefaultRules } from "../_alerts/add-default-rules";
import { useStored } from "../_shared/hooks";
import { useSetup } from "./use-setup";

/** Lists the steps that are left, until an alert rule, a channel and a backup exist or the reader hides the list. */
export function SetupChecklist() {
  const role = useRole();
  const { rules, channel, backup } = useSetup(role);
  const [isHidden, setHidden] = useStored("muster.setup.hidden", false);
  if (isHidden || ![rules, channel, backup].includes(false)) return null;
  return (
    <Card aria-label="Setup">
      <CardHeader>
        <CardTitle>Finish setting up</CardTitle>
        <Button variant="ghost" size="sm" icon aria-label="Hide setup" onClick={() => setHidden(true)}>
          <X />
        </Button>
      </CardHeader>
      <ul>
        <Step isDone={rules} text="Create an alert rule, so that you notice problems">
          <AddDefaultRules role={role} size="sm" />
        </Step>
        <Step isDone={channel} text="Add a channel, so that alerts reach you outside the console">
          <Button asChild size="sm">
            <Link href="/dashboard/alerts?tab=channels">Set up a channel</Link>
          </Button>
        </Step>
        <Step isDone={backup} text="Create a backup, so that you can restore your data after a disk failure">
          <Button asChild size="sm">
            <Link href="/admin/backups">Set up backups</Link>
          </Button>
        </Step>
      </ul>
    </Card>
  );
}

/** One step; renders nothing where it does not apply. */
function Step({ isDone, text, children }: { isDone: boolean | undefined; text: string; children: ReactNode }) {
  if (isDone === undefined) return null;
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1.5 text-sm last:border-b-0">
      {isDone ? (
        <CircleCheck className="size-4 text-ok" aria-label="Done" />
      ) : (
        <Circle className="size-4 text-faint" aria-label="To do" />
      )}
      <span className={isDone ? "text-muted line-through" : undefined}>{text}</span>
      {isDone ? null : <span className="ml-auto">{children}</span>}
    </li>
  );
}
