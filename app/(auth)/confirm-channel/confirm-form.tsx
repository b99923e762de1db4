"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { confirmAlertChannel } from "@/generated/calls/operations/alerts/channels";
import { errorText, request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";

/** Confirms on a click, not when the page opens, because mail scanners open every link they find. */
export function ConfirmForm({ token }: { token: string }) {
  const [state, setState] = useState<"open" | "busy" | "done">("open");
  const [problem, setProblem] = useState<string | null>(null);
  const confirm = async () => {
    setState("busy");
    setProblem(null);
    try {
      await request(confirmAlertChannel, { body: { token } });
      setState("done");
    } catch (error) {
      setProblem(errorText(error));
      setState("open");
    }
  };
  if (state === "done")
    return <AuthCard title="Alerts confirmed" description="You now receive alerts from this server by email." />;
  return (
    <AuthCard
      title="Receive alerts by email?"
      description="An admin of this server wants to send alerts to your email address. You receive none until you confirm."
    >
      {problem ? (
        <p role="alert" className="mb-4 text-[13px] text-bad">
          {problem}
        </p>
      ) : null}
      <Button variant="primary" className="w-full" loading={state === "busy"} onClick={() => void confirm()}>
        Confirm and receive alerts
      </Button>
    </AuthCard>
  );
}
