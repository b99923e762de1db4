"use client";
import { StatusDot } from "@/app/_ui/badge";
import { Dialog } from "@/app/_ui/dialog";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import type { AlertChannel } from "@/lib/alerts/contract.channels";
import { useDeliveries } from "@/lib/alerts/queries";
import { errorText } from "@/lib/client/api";

const TONE = { queued: "warn", sent: "ok", failed: "bad", dropped: "neutral" } as const;

/** The newest messages to a channel and what became of them. */
export function Deliveries({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const list = useDeliveries(channel.channel_id);
  const rows = list.data?.deliveries;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Messages to ${channel.name}`}
      description="The newest 50 of the last 7 days. Tests are not listed."
    >
      {list.isPending ? <SkeletonRows rows={4} columns={2} /> : null}
      {!rows && list.isError ? (
        <ErrorState
          title="Messages could not be loaded"
          message={errorText(list.error)}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {rows?.length === 0 ? <EmptyState title="Nothing sent yet" description="No alert has been sent here." /> : null}
      <ul aria-label="Messages" className="empty:hidden">
        {rows?.map((one) => (
          <li key={one.delivery_id} className="border-line border-b py-1.5 text-sm last:border-b-0">
            <span className="flex items-center justify-between gap-2">
              <StatusDot status={one.status} tone={TONE[one.status]} />
              <span className="text-faint text-xs">
                {one.attempts > 1 ? `${one.attempts} tries · ` : ""}
                <TimeAgo at={one.created_at} />
              </span>
            </span>
            {one.error ? <span className="block break-words text-[13px] text-muted">{one.error}</span> : null}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
