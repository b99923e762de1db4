"use client";
import { DatabaseBackup } from "lucide-react";
import { StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState, StaleNote } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { Skeleton } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorText } from "@/lib/client/api";
import { countText, sizeText } from "@/lib/core/format/units";
import type { Backup, BackupList, Work } from "@/lib/operations/backups/contract";
import { useBackups } from "@/lib/operations/backups/queries";
import { BackupActions } from "./backup-actions";
import { CreateButton } from "./create-dialog";
import { UploadButton } from "./upload-button";

/** Loaded after the list above it. The placeholder has its height. */
const ScheduleForm = lazyPart(
  () => import("./schedule-form").then((part) => part.ScheduleForm),
  () => <Skeleton className="h-[37rem] rounded-md sm:h-[25rem] lg:h-[19rem]" />,
);

const REASON = {
  manual: "manual backup",
  scheduled: "daily backup",
  before_restore: "saved before a restore",
  uploaded: "uploaded",
} as const;
const KIND = { create: "Creating backup", verify: "Verifying", restore: "Restoring", upload: "Uploading" } as const;

/** Lists every backup with its actions, the backup or restore in progress, and the schedule. */
export function BackupsPage({ initial }: { initial: BackupList }) {
  const query = useBackups(initial);
  const { backups, current, schedule, schedule_version, next_at, free_bytes, sizes } = query.data;
  const busy = current !== null;
  return (
    <>
      <PageHeader
        title="Backups"
        description="A backup is one file with the database, ticket attachments and, optionally, downloads. It does not contain the secret key or plugin code."
        actions={
          <>
            <UploadButton disabled={busy} />
            <CreateButton disabled={busy} sizes={sizes} />
          </>
        }
      />
      <div className="space-y-4">
        {current ? <Progress work={current} /> : null}
        <Card>
          <CardHeader>
            <CardTitle>Backups</CardTitle>
            <span className="tnum text-[13px] text-faint">
              {backups.length === 0
                ? null
                : `${countText(backups.length, "backup")}, ${sizeText(backups.reduce((sum, one) => sum + one.size_bytes, 0))} · `}
              {sizeText(free_bytes)} free on disk
            </span>
          </CardHeader>
          {query.isError ? <StaleNote message={errorText(query.error)} onRetry={() => void query.refetch()} /> : null}
          {backups.length === 0 ? (
            <EmptyState
              icon={<DatabaseBackup />}
              title="No backups yet"
              description={
                next_at ? (
                  <>
                    Next backup <TimeAgo at={next_at} />.
                  </>
                ) : (
                  "Daily backups are off. Create a backup now, or turn on daily backups."
                )
              }
              action={<CreateButton disabled={busy} sizes={sizes} />}
            />
          ) : (
            <ul aria-label="Backups">
              {backups.map((backup) => (
                <Row key={backup.filename} backup={backup} busy={busy} />
              ))}
            </ul>
          )}
        </Card>
        <ScheduleForm schedule={schedule} version={schedule_version} nextAt={next_at} />
      </div>
    </>
  );
}

function Row({ backup, busy }: { backup: Backup; busy: boolean }) {
  const { filename, size, timestamp, description, status, reason, rows, version, include_downloads } = backup;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="break-all font-medium font-mono text-[13px]">{filename}</span>
          <StatusDot
            status={status === "completed" ? "done" : status}
            tone={status === "corrupt" ? "bad" : "ok"}
            className="text-[13px]"
          />
        </p>
        <p className="tnum text-[13px] text-muted">
          {size}
          {" · "}
          {"created "}
          <TimeAgo at={timestamp} />
          {reason ? ` · ${REASON[reason]}` : null}
          {rows === null ? null : ` · ${rows.toLocaleString("en")} database rows`}
          {include_downloads ? " · with downloads" : null}
          {version ? ` · by Muster ${version}` : null}
        </p>
        {description ? <p className="break-words text-[13px] text-faint">{description}</p> : null}
      </div>
      <BackupActions backup={backup} busy={busy} />
    </li>
  );
}

function Progress({ work }: { work: Work }) {
  const { kind, filename, phase, share } = work;
  return (
    <Card role="status" aria-label="Backup progress" className="space-y-2 px-4 py-3">
      <p className="text-sm">
        <span className="font-medium">
          {KIND[kind]} <span className="break-all font-mono text-[13px]">{filename}</span>
        </span>{" "}
        <span className="tnum text-muted">
          {phase} {share === null ? "…" : `${Math.round(share * 100)}%`}
        </span>
      </p>
      <progress className="h-1.5 w-full accent-accent" max={1} value={share ?? undefined} aria-label={phase} />
    </Card>
  );
}
