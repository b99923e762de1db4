"use client";
import { BellOff, BellRing } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Skeleton } from "@/app/_ui/skeleton";
import { errorToast, toast } from "@/app/_ui/toast";
import { type PushState, useBrowserPush } from "@/lib/community/notifications/queries.browser";

const SAYS: Record<PushState["status"], string> = {
  on: "Notifications reach this browser even when no page of the console is open.",
  off: "Switch it on and this browser shows notifications even when no page of the console is open.",
  denied:
    "This browser was told not to show notifications of this site. Allow them in the site settings (the icon left of the address), then load this page again.",
  insecure: "Browsers take pushes over https only. Open the console by its https address.",
  unsupported:
    "This browser cannot take pushes, or not in a private window. On an iPhone, add the console to the home screen first.",
};

/** Web Push in this browser: on, off, or why not. */
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
        <Button size="sm" loading={busy} onClick={() => void run(disable, "This browser is quiet now")}>
          <BellOff /> Switch off
        </Button>
      ) : (
        <Button
          size="sm"
          variant="primary"
          loading={busy}
          disabled={state?.status !== "off"}
          onClick={() => void run(enable, "This browser shows notifications now")}
        >
          <BellRing /> Switch on
        </Button>
      )}
    </section>
  );
}
