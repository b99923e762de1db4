"use client";
import { Button } from "@/app/_ui/button";
import { useSecondFactor } from "@/lib/identity/accounts/second-factor/queries";

/**
 * A banner above the account page while the server demands a second factor that the account does not have. It offers the
 * way on by itself once there is one; the page stays until then, because it may be showing the recovery codes.
 */
export function FactorBanner() {
  const { data } = useSecondFactor();
  const isDone = data !== undefined && (data.enabled || data.passkeys > 0);
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-line bg-panel px-4 py-2.5"
    >
      <p className="min-w-0">
        {isDone
          ? "Your account has a second factor now. Keep its recovery codes, then continue."
          : "This server demands a second factor of your account. Add a passkey or an authenticator app below to continue."}
      </p>
      {isDone ? (
        <Button size="sm" asChild>
          {/* A whole load, so that every part of the page learns that it may read again. */}
          <a href="/dashboard">Continue</a>
        </Button>
      ) : null}
    </div>
  );
}
