"use client";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import type { BackgroundJob } from "@/lib/operations/system/contract";

const TONE = { waiting: "ok", running: "info", standby: "neutral", stopped: "neutral" } as const;

const durationText = (ms: number): string =>
  ms < 1_000 ? `${ms} ms` : ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;

/** The server's background jobs: last run, duration, next run and last error. */
export function BackgroundJobs({ jobs }: { jobs: BackgroundJob[] }) {
  const failing = jobs.filter((job) => job.error !== null).length;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Background jobs</CardTitle>
        <Badge tone={failing ? "bad" : "ok"}>{failing ? `${failing} failing` : "No failures"}</Badge>
      </CardHeader>
      <Table label="Background jobs" areaClassName="max-h-96">
        <THead>
          <tr>
            <Th>Job</Th>
            <Th>Status</Th>
            <Th>Last run</Th>
            <Th>Last duration</Th>
            <Th>Next run</Th>
            <Th>Runs since start</Th>
            <Th>Last error</Th>
          </tr>
        </THead>
        <TBody>
          {jobs.map((job) => (
            <Row key={job.name} job={job} />
          ))}
        </TBody>
      </Table>
    </Card>
  );
}

function Row({ job }: { job: BackgroundJob }) {
  const { name, state, runs, failures, error } = job;
  return (
    <Tr>
      <Td className="font-medium">{name}</Td>
      <Td title={state === "standby" ? "Runs in another process of this server" : undefined}>
        <StatusDot status={state} tone={error === null ? TONE[state] : "bad"} />
      </Td>
      <Td>
        <TimeAgo at={job.last_run} />
      </Td>
      <Td className="tnum">{job.duration_ms === null ? "–" : durationText(job.duration_ms)}</Td>
      <Td>
        <TimeAgo at={job.next_run} never={state === "running" ? "running" : "–"} />
      </Td>
      <Td className="tnum">
        {runs.toLocaleString("en")}
        {failures > 0 ? `, ${failures.toLocaleString("en")} failed` : ""}
      </Td>
      <Td className="max-w-80 truncate text-bad" title={error ?? undefined}>
        {error ?? ""}
      </Td>
    </Tr>
  );
}
