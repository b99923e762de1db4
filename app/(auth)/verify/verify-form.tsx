"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { verifyEmail } from "@/generated/calls/identity/accounts";
import { errorText, request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";

/** Verifies on a click, not when the page opens: mail scanners open links, and the token works only once. */
export function VerifyForm({ token }: { token: string }) {
  const ready = useHydrated();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [done, setDone] = useState<{ username: string; email: string }>();

  async function verify() {
    setBusy(true);
    setProblem(undefined);
    try {
      setDone(await request(verifyEmail, { body: { token } }));
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  if (done) {
    return (
      <AuthCard
        title="Email address verified"
        description={
          <>
            <strong className="break-all font-medium text-text">{done.email}</strong> is now verified for the account{" "}
            <strong className="break-all font-medium text-text">{done.username}</strong>.
          </>
        }
      >
        <Button asChild variant="primary" className="w-full">
          <Link href="/dashboard">Go to the dashboard</Link>
        </Button>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Verify your email address"
      description="Confirm that this address is yours so that this server can send you email."
    >
      <FormProblem problem={problem} />
      <Button
        variant="primary"
        className="mt-3 w-full"
        loading={isBusy}
        disabled={!ready}
        onClick={() => void verify()}
      >
        Verify address
      </Button>
    </AuthCard>
  );
}
