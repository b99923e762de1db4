"use client";
import { Bell as BellIcon } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";
import { toast } from "@/app/_ui/toast";
import { useMarkRead, useNotificationsLive, useUnreadCount } from "@/lib/community/notifications/queries";
import { cutText } from "@/lib/core/format/text";
import { leave } from "./leave";

const NewestNotifications = lazyPart(() => import("./_notifications/newest"));
const MANY = 99;

/** Returns whether the page at `url` is open, ignoring other parts of the address such as filters. */
function isHere(url: string): boolean {
  const there = new URL(url, window.location.origin);
  const here = new URLSearchParams(window.location.search);
  return (
    there.pathname === window.location.pathname &&
    [...there.searchParams].every(([name, value]) => here.get(name) === value)
  );
}

/**
 * The bell with the number of unread notifications and a panel of the newest ones. A notification that arrives while
 * the page is visible is shown as a toast.
 */
export function Bell() {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const router = useRouter();
  const pathname = usePathname();
  const unread = useUnreadCount().data?.unread_count ?? 0;
  const read = useMarkRead({ isBackground: true });
  useNotificationsLive({
    onNotification: ({ id, kind, title, body, url }) => {
      // Skip the toast when the reader already looks at what it is about.
      if (url && !document.hidden && isHere(url)) return read.mutate([id]);
      // Announcements have an event of their own, and the inbox page shows new notifications by itself.
      if (kind === "broadcast" || document.hidden || open || pathname === "/dashboard/inbox") return;
      toast(title, {
        id,
        description: cutText(body, 140),
        ...(url && { action: { label: "Open", onClick: () => leave(() => router.push(url)) } }),
      });
    },
    onBroadcast: ({ broadcast_id, title, message, priority }) =>
      toast[priority === "high" ? "warning" : "info"](title, {
        id: broadcast_id,
        description: cutText(message, 400),
        duration: priority === "high" ? Number.POSITIVE_INFINITY : 10_000,
      }),
  });
  const label = unread === 0 ? "Notifications" : `Notifications: ${unread} unread`;
  return (
    <>
      <Button
        ref={anchor}
        variant="ghost"
        icon
        className="relative"
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={NewestNotifications.preload}
        onFocus={NewestNotifications.preload}
        onClick={() => setOpen(!open)}
      >
        <BellIcon />
        {unread > 0 ? (
          <span
            aria-hidden
            className="tnum absolute -top-0.5 -right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 font-semibold text-[10px] text-accent-fg"
          >
            {unread > MANY ? `${MANY}+` : unread}
          </span>
        ) : null}
      </Button>
      <span role="status" className="sr-only">
        {unread > 0 ? label : ""}
      </span>
      {open ? <NewestNotifications anchor={anchor} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
