"use client";
import type { ReactNode } from "react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { FullTime } from "@/app/_ui/time-format";
import type { Incident } from "@/lib/operations/status-pages/contract.incidents";
import { INCIDENT_STATES } from "../labels";

/** One incident with its updates, newest first. */
export function IncidentEntry({ incident, actions }: { incident: Incident; actions?: ReactNode }) {
  const { title, impact, state, updates } = incident;
  return (
    <li className="border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <p className="min-w-0 break-words font-medium text-sm">
          <bdi>{title}</bdi> {impact === "major" ? <Badge tone="bad">major</Badge> : null}
        </p>
        <StatusDot status={INCIDENT_STATES[state].label} tone={INCIDENT_STATES[state].tone} className="text-sm" />
      </div>
      <ol aria-label="Updates" className="mt-1.5 space-y-1.5">
        {updates.map(({ at, state: then, text }) => (
          <li key={at} className="border-line border-l-2 pl-3 text-sm">
            <p className="text-[13px] text-faint">
              {INCIDENT_STATES[then].label}, <FullTime at={at} />
            </p>
            {text ? <p className="whitespace-pre-wrap break-words">{text}</p> : null}
          </li>
        ))}
      </ol>
      {actions ? <div className="mt-2 flex flex-wrap gap-1.5">{actions}</div> : null}
    </li>
  );
}
