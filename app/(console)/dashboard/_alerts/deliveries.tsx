"use client";
import { RotateCw } from "lucide-react";
import Link from "next/link";
import { StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import type { AlertChannel, AlertDelivery } from "@/lib/operations/alerts/channels/contract";
import { useDeliveries, useRetryDelivery } from "@/lib/operations/alerts/queries";

/** Labels of a message's delivery states. */
export const SENDING = {
  queued: { tone: "warn", word: "queued" },
  sent: { tone: "ok", word: "sent" },
  failed: { tone: "bad", word: "failed" },
  dropped: { tone: "neutral", word: "not sent" },
} as const;
const EVENT = {
  raised: "Raised",
  again: "Repeated",
  flapping: "Flapping",
  escalated: "Escalated",
  resolved: "Resolved",
} as const;

/** Lists the newest messages to a channel with their outcomes; failed ones can be retried. */
export function Deliveries({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const list = useDeliveries(channel.channel_id);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={<span className="break-words">Messages to {channel.name}</span>}
      description="Shows the newest 50 messages from the last 7 days, without tests."
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <QueryState
        query={list}
        data={list.data?.deliveries}
        failure="Messages could not be loaded"
        loading={<SkeletonRows rows={4} columns={2} />}
        empty={<EmptyState title="No messages yet" description="Alerts sent to this channel appear here." />}
      >
        {(rows) => (
          <ul aria-label="Messages">
            {rows.map((one) => (
              <Row key={one.delivery_id} channel={channel} delivery={one} />
            ))}
          </ul>
        )}
      </QueryState>
    </Dialog>
  );
}

function Row({ channel, delivery }: { channel: AlertChannel; delivery: AlertDelivery }) {
  const retry = useRetryDelivery(channel.channel_id);
  const { delivery_id, alert_id, alert, event, status, attempts, error, created_at, next_try_at } = delivery;
  const { tone, word } = SENDING[status];
  return (
    <li className="border-line border-b py-2 text-sm first:pt-0 last:border-b-0">
      <p className="flex min-w-0 gap-1.5">
        <span className="shrink-0 text-muted">{EVENT[event]}:</span>
        {alert_id && alert ? (
          <Link
            href={`/dashboard/alerts?alert=${encodeURIComponent(alert_id)}`}
            className="min-w-0 truncate font-medium hover:text-accent hover:underline"
          >
            {alert}
          </Link>
        ) : (
          <span className="text-muted">deleted alert</span>
        )}
      </p>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <p className="flex flex-wrap items-center gap-x-2 text-[13px] text-muted">
          <StatusDot status={word} tone={tone} />
          <TimeAgo at={created_at} />
          {attempts > 1 ? <span>{attempts} attempts</span> : null}
          {next_try_at && error ? (
            <span>
              next attempt <TimeAgo at={next_try_at} />
            </span>
          ) : null}
        </p>
        {status === "failed" && alert ? (
          <Button
            size="sm"
            loading={retry.isPending}
            disabled={!channel.enabled}
            onClick={() =>
              retry.mutate(delivery_id, {
                onSuccess: () => toast.success("Sending the message again"),
                onError: (problem) => errorToast(problem),
              })
            }
          >
            <RotateCw aria-hidden /> Send again
          </Button>
        ) : null}
      </div>
      {error ? <p className="break-words text-[13px] text-muted">{error}</p> : null}
    </li>
  );
}
