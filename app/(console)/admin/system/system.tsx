"use client";
import { type ReactNode, useEffect, useState } from "react";
import { useFeature } from "@/app/_shell/features";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle, Stat } from "@/app/_ui/card";
import { CopyButton } from "@/app/_ui/code-block";
import { Sparkline } from "@/app/_ui/sparkline";
import { TimeAgo, TimeFor } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import type { SystemInfo } from "@/lib/operations/system/contract";
import { useSystemInfo } from "@/lib/operations/system/queries";
import { checksOf, delayText, isSlow } from "./checks";

/** 1536 -> "1.5 KB"; powers of 1024. */
function bytes(size: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let rest = size;
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`;
}

/** How many readings the small charts keep: five minutes at one per 5 s. */
const HISTORY = 60;

type Reading = { value: number; at: number };

/** The values of a figure since the page was opened, oldest first. */
function useReadings(value: number, readAt: number): Reading[] {
  const [readings, setReadings] = useState<Reading[]>([]);
  useEffect(() => setReadings((known) => [...known, { value, at: readAt }].slice(-HISTORY)), [value, readAt]);
  return readings;
}

/** The growth per second between one reading and the next, oldest first. */
const ratesOf = (readings: readonly Reading[]): number[] =>
  readings.slice(1).map((reading, at) => {
    const before = readings[at]!;
    // A restarted server counts from zero again, which would read as a negative rate.
    return Math.max(0, reading.value - before.value) / Math.max(0.001, (reading.at - before.at) / 1000);
  });

export function System({ initial }: { initial: SystemInfo }) {
  const system = useSystemInfo(initial);
  return (
    <>
      {system.isError ? (
        // The figures stay on the page while the server cannot be reached, so the time of the last update is shown.
        <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
          {errorText(system.error)} This page was last updated{" "}
          <TimeAgo at={new Date(system.dataUpdatedAt).toISOString()} />.
        </p>
      ) : null}
      {system.data.open_bot_api ? (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
          <strong>Open bot API is on.</strong> Anyone who can reach this server can register bots through{" "}
          <code>/register</code> and send them commands without a credential. Unless you trust this network, unset{" "}
          <code>OPEN_BOT_API</code>.
        </p>
      ) : null}
      {system.data.open_ops_api ? (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
          <strong>Local access is on.</strong> Programs on this machine, and on the networks in{" "}
          <code>OPEN_API_CIDRS</code>, can use transfers, backups, plugins, alerts and metrics without a credential.
          Unless you trust all of them, unset <code>OPEN_OPS_API</code>.
        </p>
      ) : null}
      <Figures info={system.data} readAt={system.dataUpdatedAt} />
      <div className="grid gap-4 xl:grid-cols-2">
        <Checks info={system.data} />
        <Facts info={system.data} />
      </div>
    </>
  );
}

/** A figure with a small chart of its values since the page was opened. */
function StatWithHistory({
  values,
  label,
  children,
}: {
  values: readonly number[];
  label: string;
  children: ReactNode;
}) {
  return (
    <div className="relative min-w-0">
      {children}
      {useFeature("charts") ? (
        <Sparkline
          values={values}
          label={`${label} since you opened this page`}
          className="pointer-events-none absolute right-3 bottom-7 h-8 w-1/3"
        />
      ) : null}
    </div>
  );
}

function Figures({ info, readAt }: { info: SystemInfo; readAt: number }) {
  const rates = ratesOf(useReadings(info.ingest.rows, readAt));
  const delays = useReadings(info.event_loop_delay_ms, readAt).map(({ value }) => value);
  const memory = useReadings(info.rss_bytes, readAt).map(({ value }) => value);
  const rate = rates.at(-1);
  return (
    <Card
      aria-label="Figures"
      className="grid grid-cols-2 divide-line max-md:divide-y md:grid-cols-4 2xl:grid-cols-7 2xl:divide-x"
    >
      <Stat label="Bots connected" value={info.sockets.bots.toLocaleString("en")} note="over WebSocket" />
      <Stat label="Consoles open" value={info.sockets.consoles.toLocaleString("en")} note="browser tabs" />
      <Stat label="Rows written" value={info.ingest.rows.toLocaleString("en")} note="since server start" />
      <StatWithHistory values={rates} label="Rows written per second">
        <Stat
          label="Rows written/s"
          value={rate === undefined ? "…" : rate.toLocaleString("en", { maximumFractionDigits: rate < 10 ? 1 : 0 })}
          note="last 5 s"
        />
      </StatWithHistory>
      <StatWithHistory values={delays} label="Event loop delay">
        <Stat
          label="Event loop delay"
          value={delayText(info.event_loop_delay_ms)}
          tone={isSlow(info) ? "warn" : undefined}
          note="of timers, last minute"
        />
      </StatWithHistory>
      <StatWithHistory values={memory} label="Memory used by the server">
        <Stat label="Memory" value={bytes(info.rss_bytes)} note="used by the server" />
      </StatWithHistory>
      <Stat
        label="Database"
        value={info.database_bytes === null ? "unknown" : bytes(info.database_bytes)}
        note={info.database === "sqlite" ? "SQLite" : "PostgreSQL"}
      />
    </Card>
  );
}

function Checks({ info }: { info: SystemInfo }) {
  const { rows, verdict } = checksOf(info);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Health checks</CardTitle>
        <Badge tone={verdict.tone}>{verdict.text}</Badge>
      </CardHeader>
      <ul>
        {rows.map((check) => (
          <li
            key={check.name}
            className="flex min-h-9 flex-wrap items-center gap-x-3 border-line border-b px-4 py-1.5 last:border-b-0"
          >
            <StatusDot status={check.status} tone={check.tone} className="w-16" />
            <span className="font-medium">{check.name}</span>
            <span className="min-w-0 break-words text-muted">{check.detail}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Facts({ info }: { info: SystemInfo }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>This server</CardTitle>
      </CardHeader>
      <dl>
        <Fact name="Version">
          Muster {info.version} on Node.js {info.node}
        </Fact>
        <Fact name="Uptime">
          <TimeFor at={info.started_at} />
        </Fact>
        <Fact name="Data folder" copy={info.data_dir}>
          <code className="break-all">{info.data_dir}</code>
        </Fact>
        <Fact name="Email" copy={info.mail.where}>
          {info.mail.mode === "smtp" ? (
            <>
              sent through <code className="break-all">{info.mail.where}</code>
            </>
          ) : (
            <>
              <Badge tone="warn">not sent</Badge> written to <code className="break-all">{info.mail.where}</code>,
              because no SMTP server is configured
            </>
          )}
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, copy, children }: { name: string; copy?: string; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-center gap-3 border-line border-b px-4 py-1 last:border-b-0">
      <dt className="w-28 shrink-0 text-muted">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center justify-between gap-2">
        <span className="min-w-0">{children}</span>
        {copy ? <CopyButton text={copy} label={`Copy ${name.toLowerCase()}`} /> : null}
      </dd>
    </div>
  );
}
