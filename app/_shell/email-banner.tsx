"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { resendVerification } from "@/generated/calls/identity/accounts";
import { ApiError, errorText, request } from "@/lib/client/api";

/** A banner above every page of the console until the person's email address is verified. */
export function EmailBanner({ email }: { email: string }) {
  const ready = useHydrated();
  const [isBusy, setBusy] = useState(false);
  const [note, setNote] = useState<string>();

  async function sendAgain() {
    setBusy(true);
    try {
      await request(resendVerification, {});
      setNote("Sent. Check your inbox and your spam folder.");
    } catch (error) {
      // The address was verified in another tab meanwhile.
      if (error instanceof ApiError && error.status === 409) window.location.reload();
      else setNote(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-line bg-panel px-4 py-2.5"
    >
      <p className="min-w-0">
        Verify <strong className="break-all font-medium">{email}</strong> to get alerts and notifications by email. Open
        the link we sent you. {note ? <span className="text-muted">{note}</span> : null}
      </p>
      <Button size="sm" loading={isBusy} disabled={!ready} onClick={() => void sendAgain()}>
        Send again
      </Button>
    </div>
  );
}
