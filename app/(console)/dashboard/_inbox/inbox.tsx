"use client";
import { CheckCheck, Inbox as InboxIcon, Settings2 } from "lucide-react";
import Link from "next/link";
import { NotificationRow } from "@/app/_shell/_notifications/notification-row";
import { parseAsBoolean, useQueryState } from "@/app/_ui/address-state";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { errorToast } from "@/app/_ui/toast";
import { INBOX_MAX } from "@/lib/community/notifications/contract.constants";
import { useMarkRead, useUnreadCount } from "@/lib/community/notifications/queries";
import { useDeleteNotification, useInbox } from "@/lib/community/notifications/queries.inbox";

/** The whole inbox, page by page; `?unread=true` shows only unread notifications. */
export function Inbox() {
  const [unreadOnly, setUnreadOnly] = useQueryState("unread", parseAsBoolean.withDefault(false));
  const inbox = useInbox({ unread: unreadOnly });
  const read = useMarkRead();
  const remove = useDeleteNotification();
  const onError = (error: unknown) => errorToast(error);
  const rows = inbox.data?.pages.flatMap((page) => page.notifications);
  return (
    <Card>
      <Toolbar
        unreadOnly={unreadOnly}
        onUnreadOnly={(only) => void setUnreadOnly(only || null)}
        onReadAll={() => read.mutate(null, { onError })}
      />
      <QueryState
        query={inbox}
        data={rows}
        failure="Notifications could not be loaded"
        loading={<SkeletonRows rows={8} columns={2} />}
        empty={<NoNotifications onClear={unreadOnly ? () => void setUnreadOnly(null) : undefined} />}
      >
        {(notifications) => (
          <ul aria-label="Notifications">
            {notifications.map((one) => (
              <NotificationRow
                key={one.id}
                notification={one}
                onOpen={() => one.read_at === null && read.mutate([one.id], { onError })}
                onRead={() => read.mutate([one.id], { onError })}
                onDelete={() => remove.mutate(one.id, { onError })}
              />
            ))}
          </ul>
        )}
      </QueryState>
      {inbox.hasNextPage ? (
        <div className="border-line border-t p-3 text-center">
          <Button loading={inbox.isFetchingNextPage} onClick={() => void inbox.fetchNextPage()}>
            Load older notifications
          </Button>
        </div>
      ) : null}
      {rows && rows.length > 0 && !inbox.hasNextPage ? (
        <p className="border-line border-t px-4 py-2 text-faint text-xs">
          Muster keeps your newest {INBOX_MAX} notifications for up to 90 days.
        </p>
      ) : null}
    </Card>
  );
}

type ToolbarProps = { unreadOnly: boolean; onUnreadOnly: (only: boolean) => void; onReadAll: () => void };

function Toolbar({ unreadOnly, onUnreadOnly, onReadAll }: ToolbarProps) {
  const unread = useUnreadCount().data?.unread_count ?? 0;
  return (
    <CardHeader>
      <fieldset className="flex gap-1">
        <legend className="sr-only">Show</legend>
        {[false, true].map((only) => (
          <Button
            key={String(only)}
            size="sm"
            variant={only === unreadOnly ? "default" : "ghost"}
            aria-pressed={only === unreadOnly}
            onClick={() => onUnreadOnly(only)}
          >
            {only ? `Unread${unread > 0 ? ` (${unread})` : ""}` : "All"}
          </Button>
        ))}
      </fieldset>
      <div className="flex gap-1">
        <Button size="sm" disabled={unread === 0} onClick={onReadAll}>
          <CheckCheck /> Mark all as read
        </Button>
        <Button size="sm" variant="ghost" asChild>
          <Link href="/account#notifications">
            <Settings2 /> Notification settings
          </Link>
        </Button>
      </div>
    </CardHeader>
  );
}

/** `onClear`: set while only unread notifications are shown. */
function NoNotifications({ onClear }: { onClear?: () => void }) {
  if (onClear)
    return (
      <EmptyState
        icon={<InboxIcon />}
        title="No unread notifications"
        description="You are all caught up."
        filterHint={{ onClear }}
      />
    );
  return (
    <EmptyState
      icon={<InboxIcon />}
      title="No notifications yet"
      description="You are notified here about ticket replies, bots that go offline, undeliverable commands, and announcements."
      action={
        <Button asChild>
          <Link href="/account#notifications">Choose notifications</Link>
        </Button>
      }
    />
  );
}
