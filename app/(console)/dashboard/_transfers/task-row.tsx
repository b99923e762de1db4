"use client";
import { Download, Pause, Play, RotateCw, Trash2, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useFeature } from "@/app/_shell/features";
import { Badge, type Tone } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Sparkline } from "@/app/_ui/sparkline";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import type { Task, TaskStatus } from "@/lib/operations/transfers/contract";
import { useChangeTask } from "@/lib/operations/transfers/queries";
import { statusLabel } from "./labels";

const TONE: Record<TaskStatus, Tone> = {
  queued: "neutral",
  active: "info",
  paused: "warn",
  completed: "ok",
  failed: "bad",
  cancelled: "neutral",
};
const PLACE = { local: null, gdrive: "to Google Drive", s3: "to S3" } as const;

/** One transfer: its name, its progress, and its actions. */
export function TaskRow({ task, speeds }: { task: Task; speeds: readonly number[] }) {
  const { status, type, filename, url, destination, progress, error, user } = task;
  const charts = useFeature("charts");
  const name = filename ?? url;
  const open = status === "queued" || status === "active" || status === "paused";
  const label = status === "active" && type === "upload" ? "uploading" : statusLabel(status);
  const facts = [
    task.size && open
      ? `${task.downloaded} of ${task.size}`
      : (task.size ?? (open ? `${task.downloaded} downloaded` : null)),
    task.speed,
    task.eta && `${task.eta} left`,
    task.peers === null ? null : `${countText(task.peers, "peer")}, ${countText(task.seeders ?? 0, "seeder")}`,
    status === "active" && task.peers === null && task.connections > 1 ? `${task.connections} connections` : null,
    PLACE[destination],
    `by ${user.username}`,
  ].filter(Boolean);
  return (
    <li
      aria-label={name}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-3 last:border-b-0"
    >
      <div className="min-w-0 flex-1 basis-64 space-y-1">
        <p className="flex items-center gap-2">
          <Badge tone={TONE[status]}>{label}</Badge>
          <span className="truncate font-medium text-sm" title={url}>
            {name}
          </span>
        </p>
        {open ? (
          <div className="flex items-center gap-2">
            <progress
              className="block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-raised [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-raised [&::-webkit-progress-value]:bg-accent"
              value={task.sizeBytes === null && status === "active" ? undefined : progress}
              max={100}
              aria-label={`Progress of ${name}`}
            />
            <span className="tnum w-12 shrink-0 text-right text-[13px] text-muted">{progress.toFixed(0)} %</span>
          </div>
        ) : null}
        <p className="tnum break-words text-[13px] text-muted">
          {facts.join(" · ")}
          {facts.length > 0 ? " · " : null}
          {task.finishedAt ? "ended " : "added "}
          <TimeAgo at={task.finishedAt ?? task.createdAt} />
          {task.deleteAt ? (
            <>
              {" · deleted "}
              <TimeAgo at={task.deleteAt} />
            </>
          ) : null}
        </p>
        {error ? <p className="break-words text-[13px] text-bad">{error}</p> : null}
        <Files task={task} />
      </div>
      {charts && status === "active" && speeds.length > 1 ? (
        <div className="w-28 shrink-0 max-sm:hidden">
          <Sparkline values={speeds} label={`Speed of ${name}`} />
        </div>
      ) : null}
      <Actions task={task} name={name} />
    </li>
  );
}

/** Files beyond this number are collapsed. */
const SHOWN_FILES = 6;

function Files({ task }: { task: Task }) {
  const { id, files, fileCount, filename } = task;
  if (fileCount === 0) return null;
  if (fileCount <= SHOWN_FILES) return files.map((file) => <FileLink key={file.part} task={task} file={file} />);
  const more = fileCount - files.length;
  return (
    <details className="text-[13px]">
      <summary className="cursor-pointer text-muted hover:text-text">{fileCount} files</summary>
      <ul className="mt-1 max-h-64 space-y-1 overflow-y-auto">
        {files.map((file) => (
          <li key={file.part}>
            <FileLink task={task} file={file} />
          </li>
        ))}
        {more > 0 ? <li className="text-muted">and {more} more</li> : null}
      </ul>
      {files[0]?.href ? (
        <SaveLink href={`/api/tasks/${id}/file`} label={`Save all of ${filename ?? "it"}`}>
          Save all
        </SaveLink>
      ) : null}
    </details>
  );
}

function FileLink({ task, file }: { task: Task; file: Task["files"][number] }) {
  const { name, href, remote, size } = file;
  const several = task.fileCount > 1;
  if (href)
    return several ? (
      <SaveLink href={href}>{`${name} (${size})`}</SaveLink>
    ) : (
      <SaveLink href={`/api/tasks/${task.id}/file`} label={`Save ${name}`}>
        Save file
      </SaveLink>
    );
  if (remote?.startsWith("https://"))
    return (
      <a href={remote} target="_blank" rel="noreferrer" className="mr-3 text-[13px] text-accent hover:underline">
        {several ? name : "Open in Google Drive"}
      </a>
    );
  return remote ? <code className="mr-3 break-all text-[13px] text-muted">{remote}</code> : null;
}

function SaveLink({ href, label, children }: { href: string; label?: string; children: string }) {
  return (
    <a
      href={href}
      download
      aria-label={label}
      className="mr-3 inline-flex items-center gap-1 wrap-anywhere text-[13px] text-accent hover:underline"
    >
      <Download className="size-3.5 shrink-0" aria-hidden /> {children}
    </a>
  );
}

function Actions({ task, name }: { task: Task; name: string }) {
  const { status, id } = task;
  const [asking, setAsking] = useState(false);
  const pause = useChangeTask("pause");
  const resume = useChangeTask("resume");
  const retry = useChangeTask("retry");
  const cancel = useChangeTask("cancel");
  const button = (label: string, icon: ReactNode, change: typeof pause) => (
    <Button
      variant="ghost"
      size="sm"
      icon
      aria-label={`${label} ${name}`}
      title={label}
      disabled={change.isPending}
      onClick={() => change.mutate(id, { onError: (error) => errorToast(error) })}
    >
      {icon}
    </Button>
  );
  const open = status === "queued" || status === "active" || status === "paused";
  return (
    <div className="flex shrink-0 items-center gap-1">
      {status === "queued" || status === "active" ? button("Pause", <Pause />, pause) : null}
      {status === "paused" ? button("Resume", <Play />, resume) : null}
      {status === "failed" || status === "cancelled" ? button("Try again", <RotateCw />, retry) : null}
      <Button
        variant="ghost"
        size="sm"
        icon
        aria-label={`${open ? "Cancel" : "Remove"} ${name}`}
        title={open ? "Cancel" : "Remove"}
        onClick={() => setAsking(true)}
      >
        {open ? <X /> : <Trash2 />}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`${open ? "Cancel" : "Remove"} ${name}`}
        consequence={
          open
            ? "Stops the download and deletes the data downloaded so far."
            : task.files.some(({ href }) => href)
              ? "Removes the transfer from the list and deletes its files from this server."
              : "Removes the transfer from the list."
        }
        verb={open ? "Cancel download" : "Remove transfer"}
        onConfirm={async () => {
          await cancel.mutateAsync(id);
          toast.success(open ? "Download cancelled" : "Transfer removed");
        }}
      />
    </div>
  );
}
