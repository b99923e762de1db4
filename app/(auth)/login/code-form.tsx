"use client";
import type { ComponentProps, ReactNode } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { finishSignIn } from "@/generated/calls/identity/accounts/second-factor";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { PasskeyButton } from "./passkey-button";

type CodeCardProps = {
  /** The ways to prove the second factor. */
  ways: readonly string[];
  next: string;
  /** Begins the sign-in again. */
  onBack: () => void;
  children: ReactNode;
};

/** The card that asks for a one-time code, or for a passkey. */
export function CodeCard({ ways, next, onBack, children }: CodeCardProps) {
  const hasPasskey = ways.includes("passkey");
  return (
    <AuthCard
      title={hasPasskey ? "Use your passkey or a code" : "Enter your code"}
      description={
        ways.includes("authenticator")
          ? "Open your authenticator app and enter the code for Muster. If you have lost the app, enter one of your recovery codes."
          : "If you have lost your passkey, enter one of your recovery codes."
      }
      footer={
        <button type="button" className="text-accent underline" onClick={onBack}>
          Use another account
        </button>
      }
    >
      {children}
      {hasPasskey ? <PasskeyButton next={next} /> : null}
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
export function CodeForm({ next, passkeys }: { next: string; passkeys: boolean }) {
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
    <CodeCard
      ways={passkeys ? ["authenticator", "passkey"] : ["authenticator"]}
      next={next}
      onBack={() => window.location.assign("/login")}
    >
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
