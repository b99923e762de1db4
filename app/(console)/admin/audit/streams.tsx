"use client";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { ConfirmDialog, Dialog } from "@/app/_ui/dialog";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { countText } from "@/lib/core/format/units";
import type { AuditStream, StreamKind } from "@/lib/identity/audit/streams/contract";
import { useAuditStreams, useDeleteAuditStream, usePutAuditStream } from "@/lib/identity/audit/streams/queries";
import { StreamForm } from "./stream-form";

const KINDS = { syslog: "Syslog server", webhook: "Webhook" } as const;

/** Lists where the log is sent, and how many entries wait for it. One dialog is open at a time. */
export function StreamsDialog({ onClose }: { onClose: () => void }) {
  const list = useAuditStreams();
  const [edited, setEdited] = useState<StreamKind | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const streamOf = (kind: StreamKind) => list.data?.find((stream) => stream.kind === kind);
  if (secret) return <SecretDialog secret={secret} onClose={() => setSecret(null)} />;
  if (edited)
    return (
      <StreamForm
        kind={edited}
        stream={streamOf(edited)}
        onSaved={(made) => {
          setEdited(null);
          setSecret(made ?? null);
        }}
        onClose={() => setEdited(null)}
      />
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Streams of the audit log"
      description="Entries are sent as they are sealed, in order and at least once."
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <QueryState
        query={list}
        data={list.data}
        failure="Streams could not be loaded"
        loading={<SkeletonRows rows={2} columns={2} />}
      >
        {() => (
          <ul className="divide-y divide-line">
            {(["syslog", "webhook"] as const).map((kind) => (
              <StreamRow key={kind} kind={kind} stream={streamOf(kind)} onEdit={() => setEdited(kind)} />
            ))}
          </ul>
        )}
      </QueryState>
    </Dialog>
  );
}

type RowProps = { kind: StreamKind; stream: AuditStream | undefined; onEdit: () => void };

function StreamRow({ kind, stream, onEdit }: RowProps) {
  return (
    <li aria-label={KINDS[kind]} className="space-y-2 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-medium text-sm">{KINDS[kind]}</h3>
        {stream ? <State stream={stream} /> : null}
        <span className="ml-auto flex gap-2">
          {stream ? <PauseButton stream={stream} /> : null}
          <Button
            size="sm"
            aria-label={`${stream ? "Change" : "Set up"} ${KINDS[kind].toLowerCase()}`}
            onClick={onEdit}
          >
            {stream ? "Change" : "Set up"}
          </Button>
          {stream ? <RemoveButton kind={kind} /> : null}
        </span>
      </div>
      {stream ? <Progress stream={stream} /> : <p className="text-muted text-sm">Not set up. No entries are sent.</p>}
    </li>
  );
}

function State({ stream: { enabled, last_error } }: { stream: AuditStream }) {
  if (!enabled) return <Badge>paused</Badge>;
  return last_error === null ? <Badge tone="ok">on</Badge> : <Badge tone="bad">failing</Badge>;
}

function Progress({ stream: { hint, behind, last_sent_at, last_error } }: { stream: AuditStream }) {
  return (
    <div className="space-y-1 text-sm">
      <p className="break-all font-mono text-[13px]">{hint}</p>
      <p className="text-muted">
        {last_sent_at ? (
          <>
            Last sent <TimeAgo at={last_sent_at} />.
          </>
        ) : (
          "Nothing sent yet."
        )}{" "}
        {behind > 0 ? `${countText(behind, "entry waits", "entries wait")}.` : null}
      </p>
      {last_error === null ? null : (
        <p role="status" className="break-words text-bad">
          The last attempt failed: {last_error}. It is repeated until the receiver takes the entries.
        </p>
      )}
    </div>
  );
}

function PauseButton({ stream: { kind, enabled } }: { stream: AuditStream }) {
  const put = usePutAuditStream(kind);
  return (
    <Button
      size="sm"
      aria-label={`${enabled ? "Pause" : "Resume"} ${KINDS[kind].toLowerCase()}`}
      loading={put.isPending}
      onClick={() => put.mutate({ enabled: !enabled }, { onError: (error) => errorToast(error) })}
    >
      {enabled ? "Pause" : "Resume"}
    </Button>
  );
}

function RemoveButton({ kind }: { kind: StreamKind }) {
  const remove = useDeleteAuditStream(kind);
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="ghost" aria-label={`Remove ${KINDS[kind].toLowerCase()}`}>
          Remove
        </Button>
      }
      title={`Remove the ${KINDS[kind].toLowerCase()}`}
      consequence="Entries are no longer sent there. If you set it up again, it begins with new entries unless you choose otherwise."
      verb="Remove stream"
      onConfirm={async () => {
        await remove.mutateAsync();
        toast.success("Stream removed");
      }}
    />
  );
}

/** Shows the secret by which a receiver checks signatures, once. */
function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Signing secret of the webhook"
      description="The receiver checks signatures by it (Standard Webhooks). Copy it now: you cannot see it again."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CodeBlock code={secret} wrap />
    </Dialog>
  );
}
