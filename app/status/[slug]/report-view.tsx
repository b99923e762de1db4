"use client";
import { useId } from "react";
import { ThemeToggle } from "@/app/_shell/theme-toggle";
import { Light, StatusDot, toneText } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { cn } from "@/app/_ui/cn";
import { StaleNote } from "@/app/_ui/empty-state";
import { TimeAgo } from "@/app/_ui/time";
import { FullTime } from "@/app/_ui/time-format";
import { errorText } from "@/lib/client/api";
import { spanText, uptimeShareText } from "@/lib/core/format/units";
import { UPTIME_DAYS, UPTIME_FAIR, UPTIME_GOOD } from "@/lib/operations/status-pages/contract.constants";
import type { StatusLine, StatusReport } from "@/lib/operations/status-pages/contract.public";
import { useStatusReport } from "@/lib/operations/status-pages/queries";
import { HEADLINES, LINE_STATES } from "../labels";
import { IncidentEntry } from "./incident-entry";

type Props = { slug: string; secret: string | undefined; initial: StatusReport };

/** A status page as everybody reads it. It is read again every 15 s, and says when that fails. */
export function ReportView({ slug, secret, initial }: Props) {
  const query = useStatusReport(slug, secret, initial);
  const report = query.data;
  return (
    <div className="mx-auto flex min-h-dvh max-w-3xl flex-col px-4 py-6 sm:py-10">
      <header className="mb-5 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="break-words font-semibold text-2xl tracking-tight">
            <bdi>{report.title}</bdi>
          </h1>
          {report.description ? <p className="mt-1 break-words text-muted">{report.description}</p> : null}
        </div>
        <ThemeToggle />
      </header>
      <main className="flex-1 space-y-4">
        {query.isError ? <StaleNote message={errorText(query.error)} onRetry={() => void query.refetch()} /> : null}
        <Headline state={report.state} />
        <OpenIncidents report={report} />
        <Maintenance report={report} />
        <Lines lines={report.components} />
        <Past report={report} />
      </main>
      <footer className="mt-8 flex flex-wrap justify-between gap-x-4 gap-y-1 text-[13px] text-faint">
        <p>
          Updated <TimeAgo at={report.at} />
        </p>
        <p>Powered by Muster</p>
      </footer>
    </div>
  );
}

const isOpen = ({ state }: StatusReport["incidents"][number]) => state !== "resolved";
const FRAMES = {
  ok: "bg-ok-soft",
  warn: "bg-warn-soft",
  bad: "bg-bad-soft",
  info: "bg-info-soft",
  neutral: "bg-raised",
};

function Headline({ state }: { state: StatusReport["state"] }) {
  const { tone } = LINE_STATES[state];
  return (
    <p
      role="status"
      className={cn("flex items-center gap-3 rounded-md px-4 py-3 font-semibold text-base", FRAMES[tone])}
    >
      <Light tone={tone} className="ui:size-4" />
      <span className={tone === "neutral" ? "text-muted" : toneText[tone]}>{HEADLINES[state]}</span>
    </p>
  );
}

function OpenIncidents({ report }: { report: StatusReport }) {
  const open = report.incidents.filter(isOpen);
  if (open.length === 0) return null;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Open incidents</CardTitle>
      </CardHeader>
      <ul aria-label="Open incidents">
        {open.map((incident) => (
          <IncidentEntry key={incident.incident_id} incident={incident} />
        ))}
      </ul>
    </Card>
  );
}

function Maintenance({ report: { maintenance } }: { report: StatusReport }) {
  if (maintenance.length === 0) return null;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Maintenance</CardTitle>
      </CardHeader>
      <ul aria-label="Maintenance">
        {maintenance.map(({ starts_at, ends_at, names, is_active }) => (
          <li key={`${starts_at}${ends_at}`} className="border-line border-b px-4 py-2.5 text-sm last:border-b-0">
            <p className="flex flex-wrap items-center justify-between gap-2">
              <bdi className="font-medium">{names.join(", ")}</bdi>
              <StatusDot status={is_active ? "In progress" : "Planned"} tone="info" />
            </p>
            <p className="text-[13px] text-muted">
              <FullTime at={starts_at} /> to <FullTime at={ends_at} />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Lines({ lines }: { lines: StatusLine[] }) {
  if (lines.length === 0)
    return (
      <p className="rounded-md border border-line px-4 py-6 text-center text-muted text-sm">
        No bots are listed here yet.
      </p>
    );
  return (
    <Card>
      <ul aria-label="Bots">
        {lines.map((line, at) => (
          // Two lines may have the same name, and lines never move while the page is open.
          <Line key={at} line={line} />
        ))}
      </ul>
    </Card>
  );
}

function Line({ line: { name, state, bots, up, uptime, days } }: { line: StatusLine }) {
  const { label, tone } = LINE_STATES[state];
  return (
    <li className="border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <p className="min-w-0 break-words font-medium text-sm">
          <bdi>{name}</bdi>
          {bots > 1 ? (
            <span className="ml-2 font-normal text-[13px] text-faint">
              {up} of {bots} online
            </span>
          ) : null}
        </p>
        <StatusDot status={label} tone={tone} className="text-sm" />
      </div>
      <UptimeBar days={days} />
      <p className="flex justify-between text-faint text-xs">
        <span>{UPTIME_DAYS} days ago</span>
        <span>{uptime === null ? "No data yet" : `${uptimeShareText(uptime)} uptime`}</span>
        <span>Now</span>
      </p>
    </li>
  );
}

const colorOf = (share: number | null): string => {
  if (share === null) return "bg-line";
  return share >= UPTIME_GOOD ? "bg-ok" : share >= UPTIME_FAIR ? "bg-warn" : "bg-bad";
};

/** One bar for each day, whose height shows the uptime too: colour alone would not reach everybody. */
function UptimeBar({ days }: { days: (number | null)[] }) {
  const id = useId();
  const known = days.filter((share) => share !== null);
  const worst = known.length > 0 ? Math.min(...known) : null;
  const summary =
    worst === null
      ? "No uptime is known yet"
      : `Uptime of ${known.length} days; the lowest of a day is ${uptimeShareText(worst)}`;
  return (
    <div role="img" aria-labelledby={id} className="mt-2 mb-1 flex h-7 items-end gap-px sm:gap-0.5">
      <span id={id} className="sr-only">
        {summary}
      </span>
      {days.map((share, at) => (
        <span
          key={at}
          title={dayText(share, days.length - at)}
          className={cn("min-w-0 flex-1 rounded-[2px]", colorOf(share))}
          style={{ height: share === null ? "20%" : `${Math.max(30, share * 100)}%` }}
        />
      ))}
    </div>
  );
}

const dayText = (share: number | null, daysAgo: number): string => {
  const when = daysAgo === 1 ? "Last 24 hours" : `${daysAgo - 1} to ${daysAgo} days ago`;
  return `${when}: ${share === null ? "no data" : uptimeShareText(share)}`;
};

/** Lists what is over: resolved incidents, then times in which single bots were offline. */
function Past({ report }: { report: StatusReport }) {
  const resolved = report.incidents.filter((incident) => !isOpen(incident));
  const { outages } = report;
  return (
    <Card>
      <CardHeader>
        <CardTitle>The last 14 days</CardTitle>
      </CardHeader>
      {resolved.length === 0 && outages.length === 0 ? (
        <p className="px-4 py-3 text-muted text-sm">No incidents and no outages.</p>
      ) : null}
      <ul aria-label="Past incidents">
        {resolved.map((incident) => (
          <IncidentEntry key={incident.incident_id} incident={incident} />
        ))}
      </ul>
      <ul aria-label="Outages">
        {outages.map(({ name, started_at, ended_at }) => (
          <li
            key={`${name}${started_at}`}
            className="flex flex-wrap items-baseline justify-between gap-x-3 border-line border-b px-4 py-2 text-sm last:border-b-0"
          >
            <p className="min-w-0 break-words">
              <bdi className="font-medium">{name}</bdi>{" "}
              {ended_at === null
                ? "has been offline"
                : `was offline for ${spanText((Date.parse(ended_at) - Date.parse(started_at)) / 1000)}`}
            </p>
            <p className="text-[13px] text-faint">
              since <FullTime at={started_at} />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
