"use client";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { TimeFor } from "@/app/_ui/time";
import { useSecondFactor } from "@/lib/identity/accounts/second-factor/queries";

const SetUpDialog = lazyPart(() => import("./second-factor-setup"));
const ProveDialog = lazyPart(() => import("./second-factor-proof"));

/** Turns two-factor authentication on and off, and replaces its recovery codes. */
export function SecondFactor({ hasPassword }: { hasPassword: boolean }) {
  const query = useSecondFactor();
  const [open, setOpen] = useState<"set-up" | "codes" | "remove" | null>(null);
  const close = () => setOpen(null);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Two-factor authentication</CardTitle>
        {query.data?.enabled ? <Badge tone="ok">on</Badge> : null}
      </CardHeader>
      <QueryState
        query={query}
        data={query.data}
        failure="Two-factor authentication could not be loaded"
        loading={<Skeleton className="m-4 h-9" />}
      >
        {(factor) => (
          <div className="flex flex-wrap items-center justify-between gap-3 p-4">
            <p className="max-w-xl text-muted">
              {factor.enabled && factor.enabled_at ? (
                <>
                  On for <TimeFor at={factor.enabled_at} />. Signing in needs a code of your authenticator app.{" "}
                  {factor.recovery_codes_left === 0
                    ? "You have no recovery codes left. Create new ones, or you lose your account when you lose the app."
                    : `You have ${factor.recovery_codes_left} of 10 recovery codes left.`}
                </>
              ) : hasPassword ? (
                "Protects your account even if somebody learns your password: signing in then also needs a code from an app on your phone."
              ) : (
                "Set a password first. Your account signs in with Discord only, which has its own two-factor authentication."
              )}
            </p>
            {factor.enabled ? (
              <span className="flex flex-wrap gap-2">
                <Button onClick={() => setOpen("codes")}>New recovery codes</Button>
                <Button onClick={() => setOpen("remove")}>Turn off</Button>
              </span>
            ) : (
              <Button disabled={!hasPassword} onClick={() => setOpen("set-up")}>
                Set up
              </Button>
            )}
          </div>
        )}
      </QueryState>
      {open === "set-up" ? <SetUpDialog onClose={close} /> : null}
      {open === "codes" || open === "remove" ? <ProveDialog purpose={open} onClose={close} /> : null}
    </Card>
  );
}
