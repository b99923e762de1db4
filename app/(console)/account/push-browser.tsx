"use client";
import { BellOff, BellRing } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Skeleton } from "@/app/_ui/skeleton";
import { errorToast, toast } from "@/app/_ui/toast";
import { type PushState, useBrowserPush } from "@/lib/community/notifications/queries.browser";

const SAYS: Record<PushState["status"], string> = {
  on: "You get notifications in this browser even when Muster is not open.",
  off: "Turn on to get notifications in this browser even when Muster is not open.",
  denied:
    "Notifications from this site are blocked in this browser. Allow them in the site settings (the icon left of the address), then reload this page.",
  insecure: "Browser notifications need a secure connection. Open Muster at its https address.",
  unsupported:
    "This browser does not support notifications here. Leave private browsing if you use it. On an iPhone, add Muster to the home screen first.",
};

/** Turns Web Push on or off in this browser, or says why it is not available. */
export function BrowserPush() {
  const { state, enable, disable } = useBrowserPush();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>, done: string) => {
    setBusy(true);
    try {
      await work();
      toast.success(done);
    } catch (error) {
      errorToast(error);
    } finally {
      setBusy(false);
    }
  };
  const on = state?.status === "on";
  return (
    <section
      aria-label="This browser"
      className="flex flex-wrap items-center justify-between gap-3 border-line border-b px-4 py-3"
    >
      <div className="min-w-0 flex-1 basis-64">
        <h3 className="font-medium text-sm">
          This browser {on ? <Badge tone="ok">On</Badge> : null}
          {state?.status === "denied" ? <Badge tone="warn">Blocked</Badge> : null}
        </h3>
        {state ? <p className="text-[13px] text-muted">{SAYS[state.status]}</p> : <Skeleton className="mt-1 w-72" />}
      </div>
      {on ? (
        <Button size="sm" loading={busy} onClick={() => void run(disable, "Notifications turned off in this browser")}>
          <BellOff /> Turn off
        </Button>
      ) : (
        <Button
          size="sm"
          variant="primary"
          loading={busy}
          disabled={state?.status !== "off"}
          onClick={() => void run(enable, "Notifications turned on in this browser")}
        >
          <BellRing /> Turn on
        </Button>
      )}
    </section>
  );
}
