"use client";
import { Bell, CheckCheck } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorToast } from "@/app/_ui/toast";
import { useMarkRead, useUnreadCount } from "@/lib/community/notifications/queries";
import { useInbox } from "@/lib/community/notifications/queries.inbox";
import { NotificationRow } from "./notification-row";

const SHOWN = 10;

/** The newest notifications, shown below the bell. */
export default function NotificationPanel({ onClose }: { onClose: () => void }) {
  const inbox = useInbox({ unread: false, limit: SHOWN });
  const unread = useUnreadCount().data?.unread_count ?? 0;
  const read = useMarkRead();
  const mark = (ids: string[] | null) => read.mutate(ids, { onError: (error) => errorToast(error) });
  return (
    <>
      <header className="flex h-11 items-center justify-between gap-2 border-line border-b pr-2 pl-4">
        <h2 className="font-semibold text-sm">Notifications</h2>
        <Button size="sm" variant="ghost" disabled={unread === 0} onClick={() => mark(null)}>
          <CheckCheck /> Mark all as read
        </Button>
      </header>
      <div className="max-h-[min(26rem,60vh)] overflow-y-auto">
        <QueryState
          query={inbox}
          data={inbox.data?.pages[0]?.notifications}
          failure="Notifications could not be loaded"
          loading={<SkeletonRows rows={5} columns={2} />}
          empty={
            <EmptyState
              icon={<Bell />}
              title="No unread notifications"
              description="You are notified here about ticket replies, bots that go offline, and announcements."
            />
          }
        >
          {(rows) => (
            <ul>
              {rows.map((one) => (
                <NotificationRow
                  key={one.id}
                  notification={one}
                  compact
                  onRead={() => mark([one.id])}
                  onOpen={() => {
                    if (one.read_at === null) mark([one.id]);
                    onClose();
                  }}
                />
              ))}
            </ul>
          )}
        </QueryState>
      </div>
      <footer className="flex items-center justify-between gap-2 border-line border-t px-4 py-2 text-[13px]">
        <Link href="/dashboard/inbox" onClick={onClose} className="text-accent hover:underline">
          Open inbox
        </Link>
        <Link href="/account#notifications" onClick={onClose} className="text-muted hover:underline">
          Notification settings
        </Link>
      </footer>
    </>
  );
}
