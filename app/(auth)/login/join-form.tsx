"use client";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { joinAccount } from "@/generated/calls/identity/sso";
import { ApiError, request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { CodeField } from "./code-form";

type JoinFormProps = {
  next: string;
  acceptsPasswords: boolean;
  /** Names the identity; a cookie does after a sign-in by a provider. */
  ticket?: string;
};

/** Links an identity that just signed in to the account with its email address, once the account's password is entered. */
export function JoinForm({ next, acceptsPasswords, ticket }: JoinFormProps) {
  const [asksCode, setAsksCode] = useState(false);
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/sso/contract").then((one) => one.joinAccount.body),
    { password: "", otp: undefined, ticket },
    async (body) => {
      try {
        await request(joinAccount, { body });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "SECOND_FACTOR_REQUIRED") throw error;
        setAsksCode(true);
        return;
      }
      window.location.assign(next);
      await new Promise(() => undefined);
    },
  );
  return (
    <AuthCard
      title="Link to your account"
      description="An account with your email address exists here. Enter its password once to link your sign-in to it."
      footer={
        <a href="/login" className="text-accent underline">
          Use another account
        </a>
      }
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        {asksCode ? (
          <CodeField error={errorOf("otp")} {...field("otp")} />
        ) : (
          <Field
            label="Password"
            error={errorOf("password")}
            aside={
              acceptsPasswords ? (
                <a href="/forgot" className="text-[13px] text-accent hover:underline">
                  Forgot password?
                </a>
              ) : null
            }
          >
            <PasswordInput autoComplete="current-password" autoFocus {...field("password")} />
          </Field>
        )}
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Link and sign in
        </Button>
      </form>
    </AuthCard>
  );
}
