"use client";
import { CloudOff, RefreshCw, UserRoundX } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { TimeAgo } from "@/app/_ui/time";
import { useLiveStatus } from "@/lib/client/live";
import { askAgain } from "@/lib/client/session";
import { useHeldNavigations, useRelease } from "./server-watch";
import { useSessionState } from "./use-session";

/** Says why the page may be out of date: the session ended or changed, Muster was updated, or live updates stopped. */
export function ConnectionBanner() {
  const { status, since } = useLiveStatus();
  const session = useSessionState();
  const { isUpdated, missing } = useRelease();
  const navigationsHeld = useHeldNavigations();
  if (session.status !== "current") {
    return (
      <Banner icon={<UserRoundX className="size-4 shrink-0" aria-hidden />}>
        {session.status === "ended"
          ? "You are signed out. Your changes on this page are kept."
          : "Another account is signed in in this browser. Your changes on this page are kept."}{" "}
        <Button size="sm" onClick={askAgain}>
          Sign in
        </Button>
      </Banner>
    );
  }
  if (navigationsHeld > 0) {
    return (
      <Banner icon={<CloudOff className="size-4 shrink-0" aria-hidden />}>
        Reconnecting. The server is not responding. The page you chose opens as soon as it does.
      </Banner>
    );
  }
  if (isUpdated || missing > 0) {
    return (
      <Banner icon={<RefreshCw className="size-4 shrink-0" aria-hidden />}>
        {isUpdated
          ? "Muster was updated. Save your work, then reload this page to use the new version."
          : "Part of this page could not be loaded. Muster may have been updated. Your changes are kept until you reload."}{" "}
        <Button size="sm" onClick={() => window.location.reload()}>
          Reload
        </Button>
      </Banner>
    );
  }
  if (status !== "offline") return null;
  return (
    <Banner icon={<CloudOff className="size-4 shrink-0" aria-hidden />}>
      Live updates stopped <TimeAgo at={new Date(since).toISOString()} />. This page may be out of date. Reconnecting…
      Your bots are not affected.
    </Banner>
  );
}

function Banner({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div
      role="alert"
      className="sticky top-12 z-20 flex items-center gap-2 border-line border-b bg-warn-soft px-4 py-2 text-[13px] text-warn sm:px-6"
    >
      {icon}
      <p>{children}</p>
    </div>
  );
}
