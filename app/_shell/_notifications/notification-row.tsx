"use client";
import { Check, X } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { TimeAgo } from "@/app/_ui/time";
import type { Notification } from "@/lib/community/notifications/contract";
import { iconOf } from "./kinds";

type NotificationRowProps = {
  notification: Notification;
  /** Shows fewer lines, for the panel below the bell. */
  compact?: boolean;
  onOpen: () => void;
  onRead: () => void;
  onDelete?: () => void;
};

/** One notification: its subject, its time, and whether it is unread (a dot and bold text, so not by colour alone). */
export function NotificationRow({ notification, compact, onOpen, onRead, onDelete }: NotificationRowProps) {
  const { title, body, url, kind, priority, count, created_at, read_at } = notification;
  const Icon = iconOf(kind);
  const unread = read_at === null;
  const text = (
    <>
      <span className={cn("block break-words", unread ? "font-medium text-text" : "text-muted")}>
        {title}
        {count > 1 ? (
          <Badge className="ml-1.5" title={`${count} events`}>
            ×{count}
          </Badge>
        ) : null}
        {priority === "high" ? (
          <Badge tone="warn" className="ml-1.5">
            Important
          </Badge>
        ) : null}
        {unread ? <span className="sr-only"> (unread)</span> : null}
      </span>
      <span
        className={cn("whitespace-pre-line break-words text-[13px] text-muted", compact ? "line-clamp-2" : "block")}
      >
        {body}
      </span>
      <TimeAgo at={created_at} className="text-faint text-xs" />
    </>
  );
  const style = "min-w-0 flex-1 rounded py-2 text-left";
  return (
    <li
      data-notification={notification.id}
      className={cn(
        "group relative flex items-start gap-2.5 border-line border-b pr-2 pl-3 last:border-b-0 hover:bg-raised/60",
        unread && "bg-accent-soft/40",
      )}
    >
      <span
        aria-hidden
        className={cn("mt-3 size-2 shrink-0 rounded-full", unread ? "bg-accent" : "border border-line-strong/50")}
      />
      <Icon className="mt-2.5 size-4 shrink-0 text-faint" aria-hidden />
      {url ? (
        <Link href={url} onClick={onOpen} className={style}>
          {text}
        </Link>
      ) : (
        <div className={style}>{text}</div>
      )}
      <span className="flex shrink-0 pt-1.5">
        {unread ? (
          <Button size="sm" variant="ghost" icon aria-label={`Mark as read: ${title}`} onClick={onRead}>
            <Check />
          </Button>
        ) : null}
        {onDelete ? (
          <Button size="sm" variant="ghost" icon aria-label={`Remove: ${title}`} onClick={onDelete}>
            <X />
          </Button>
        ) : null}
      </span>
    </li>
  );
}
