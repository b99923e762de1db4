"use client";
import type { ComponentProps, ReactNode } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { finishSignIn } from "@/generated/calls/identity/accounts/second-factor";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";

/** The card that asks for a one-time code. `onBack` begins the sign-in again. */
export function CodeCard({ onBack, children }: { onBack: () => void; children: ReactNode }) {
  return (
    <AuthCard
      title="Enter your code"
      description="Open your authenticator app and enter the code for Muster. If you have lost the app, enter one of your recovery codes."
      footer={
        <button type="button" className="text-accent underline" onClick={onBack}>
          Use another account
        </button>
      }
    >
      {children}
    </AuthCard>
  );
}

/** The field for a one-time code. */
export function CodeField({ error, ...input }: { error?: string } & ComponentProps<"input">) {
  return (
    <Field label="Code" error={error}>
      <Input autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} autoFocus {...input} />
    </Field>
  );
}

/** Finishes a sign-in with Discord for an account that has two-factor authentication. */
export function CodeForm({ next }: { next: string }) {
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/second-factor/contract").then((one) => one.finishSignIn.body),
    { otp: "" },
    async (body) => {
      await request(finishSignIn, { body });
      window.location.assign(next);
      await new Promise(() => undefined);
    },
  );
  return (
    <CodeCard onBack={() => window.location.assign("/login")}>
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <CodeField error={errorOf("otp")} {...field("otp")} />
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Sign in
        </Button>
      </form>
    </CodeCard>
  );
}
