"use client";
import { CloudOff } from "lucide-react";
import { TimeAgo } from "@/app/_ui/time";
import { useLiveStatus } from "@/lib/client/live";

/** Says that the page is no longer live, and since when its figures may be out of date. */
export function ConnectionBanner() {
  const { status, since } = useLiveStatus();
  if (status !== "offline") return null;
  return (
    <div
      role="alert"
      className="flex items-center gap-2 border-line border-b bg-warn-soft px-4 py-2 text-[13px] text-warn sm:px-6"
    >
      <CloudOff className="size-4 shrink-0" aria-hidden />
      <p>
        Live updates stopped <TimeAgo at={new Date(since).toISOString()} />. What you see may be out of date; trying to
        reconnect. Your bots keep running.
      </p>
    </div>
  );
}
