"use client";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { TimeFor } from "@/app/_ui/time";
import type { SecondFactor as State } from "@/lib/identity/accounts/second-factor/contract";
import { useCreateRecoveryCodes, useSecondFactor } from "@/lib/identity/accounts/second-factor/queries";
import { CodesDialog } from "./recovery-codes";

const SetUpDialog = lazyPart(() => import("./second-factor-setup"));
const RemoveDialog = lazyPart(() => import("./second-factor-remove"));

/** Turns the authenticator app on and off, and replaces the recovery codes. */
export function SecondFactor({ hasPassword }: { hasPassword: boolean }) {
  const query = useSecondFactor();
  const [open, setOpen] = useState<"set-up" | "remove" | null>(null);
  const close = () => setOpen(null);
  const hasPasskeys = (query.data?.passkeys ?? 0) > 0;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Two-factor authentication</CardTitle>
        {query.data?.enabled || hasPasskeys ? <Badge tone="ok">on</Badge> : null}
      </CardHeader>
      <QueryState
        query={query}
        data={query.data}
        failure="Two-factor authentication could not be loaded"
        loading={<Skeleton className="m-4 h-9" />}
      >
        {(factor) => (
          <>
            <div className="flex flex-wrap items-center justify-between gap-3 p-4">
              <p className="max-w-xl text-muted">
                <AppState factor={factor} hasPassword={hasPassword} />
              </p>
              {factor.enabled ? (
                <Button onClick={() => setOpen("remove")}>Turn off</Button>
              ) : (
                <Button onClick={() => setOpen("set-up")}>Set up</Button>
              )}
            </div>
            {factor.enabled || hasPasskeys ? <Recovery left={factor.recovery_codes_left} /> : null}
          </>
        )}
      </QueryState>
      {open === "set-up" ? <SetUpDialog hasPassword={hasPassword} onClose={close} /> : null}
      {open === "remove" ? <RemoveDialog hasPasskeys={hasPasskeys} hasPassword={hasPassword} onClose={close} /> : null}
    </Card>
  );
}

function AppState({ factor, hasPassword }: { factor: State; hasPassword: boolean }) {
  const way = hasPassword ? "with your password" : "with a provider";
  if (factor.enabled && factor.enabled_at)
    return (
      <>
        Authenticator app: on for <TimeFor at={factor.enabled_at} />. Signing in {way} needs a code of the app
        {factor.passkeys > 0 ? " or a passkey" : ""}.
      </>
    );
  if (factor.passkeys > 0) return `Authenticator app: off. Signing in ${way} needs a passkey or a recovery code.`;
  return `Protects your account even if somebody ${hasPassword ? "learns your password" : "gets into your account at a provider"}: signing in then also needs a code from an app on your phone.`;
}

/** The recovery codes that are left, and new ones in their place. */
function Recovery({ left }: { left: number }) {
  const create = useCreateRecoveryCodes();
  const [codes, setCodes] = useState<string[]>();
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t p-4">
      <p className="max-w-xl text-muted">
        {left === 0
          ? "You have no recovery codes left. Create new ones, or you lose your account when you lose your app and passkeys."
          : `You have ${left} of 10 recovery codes left.`}
      </p>
      <ConfirmDialog
        trigger={<Button>New recovery codes</Button>}
        title="New recovery codes"
        consequence="Your old recovery codes stop working at once."
        verb="Create new codes"
        tone="primary"
        onConfirm={async () => setCodes((await create.mutateAsync()).recovery_codes)}
      />
      {codes ? <CodesDialog title="New recovery codes" codes={codes} onClose={() => setCodes(undefined)} /> : null}
    </div>
  );
}
