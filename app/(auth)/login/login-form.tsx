"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { login } from "@/generated/calls/identity/accounts";
import { ApiError, request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { ProviderButtons, type Ways } from "../provider-buttons";
import { CodeCard, CodeField } from "./code-form";
import { PasskeyButton, usePasskeyAutofill } from "./passkey-button";

type LoginFormProps = {
  next: string;
  passwordChanged: boolean;
  openSignup: boolean;
  /** The server has no admin yet. */
  isUnclaimed: boolean;
  /** The providers that are offered, and why the last attempt was refused. */
  ways: Ways;
  refusal?: string;
  /** Whether browsers can use passkeys at this server's address. */
  passkeys: boolean;
};

export function LoginForm(props: LoginFormProps) {
  const { next, passwordChanged, openSignup, isUnclaimed, ways, refusal, passkeys } = props;
  /** The ways to prove a second factor, once the server has asked for one. */
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  const autofillProblem = usePasskeyAutofill(passkeys, next);
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.login.body),
    { username: "", password: "", otp: undefined },
    async (body) => {
      try {
        await request(login, { body });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "SECOND_FACTOR_REQUIRED") throw error;
        setAsked(Array.isArray(error.details?.ways) ? error.details.ways : []);
        return;
      }
      // Load the whole page, so that the socket and every cache start again as this user.
      window.location.assign(next);
      await new Promise(() => undefined);
    },
  );
  const submit = (
    <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
      Sign in
    </Button>
  );
  const goBack = () => {
    form.reset();
    setAsked(null);
  };
  if (asked)
    return (
      <CodeCard ways={asked} next={next} onBack={goBack}>
        <form {...formProps} className="space-y-4">
          <FormProblem problem={problem} waitSeconds={waitSeconds} />
          <CodeField error={errorOf("otp")} {...field("otp")} />
          {submit}
        </form>
      </CodeCard>
    );
  return (
    <AuthCard
      title="Sign in"
      description={
        passwordChanged
          ? "Your password was changed and you were signed out everywhere. Sign in with your new password."
          : "Sign in to manage the chat bots connected to this server."
      }
      footer={<OtherWays openSignup={openSignup} isUnclaimed={isUnclaimed} />}
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem ?? autofillProblem ?? refusal} waitSeconds={waitSeconds} />
        <Field label="Username or email" error={errorOf("username")}>
          <Input
            autoComplete={passkeys ? "username webauthn" : "username"}
            autoCapitalize="none"
            spellCheck={false}
            {...field("username")}
          />
        </Field>
        <Field
          label="Password"
          error={errorOf("password")}
          aside={
            <Link href="/forgot" className="text-[13px] text-accent hover:underline">
              Forgot password?
            </Link>
          }
        >
          <PasswordInput autoComplete="current-password" {...field("password")} />
        </Field>
        {submit}
      </form>
      {passkeys ? <PasskeyButton next={next} /> : null}
      <ProviderButtons {...ways} next={next} />
    </AuthCard>
  );
}

/** Links for people who have no account yet. */
function OtherWays({ openSignup, isUnclaimed }: Pick<LoginFormProps, "openSignup" | "isUnclaimed">) {
  if (isUnclaimed)
    return (
      <Link href="/setup" className="text-accent underline">
        Set up this server
      </Link>
    );
  if (!openSignup) return null;
  return (
    <>
      No account?{" "}
      <Link href="/signup" className="text-accent underline">
        Create one
      </Link>
    </>
  );
}
