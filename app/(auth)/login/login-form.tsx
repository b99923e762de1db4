"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { login } from "@/generated/calls/identity/accounts";
import { ApiError, request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { DiscordButton } from "../discord-button";
import { CodeCard, CodeField } from "./code-form";

type LoginFormProps = {
  next: string;
  passwordChanged: boolean;
  openSignup: boolean;
  /** The server has no admin yet. */
  isUnclaimed: boolean;
  /** Whether sign-in with Discord is offered, and why the last attempt was refused. */
  discord: boolean;
  refusal?: string;
};

export function LoginForm({ next, passwordChanged, openSignup, isUnclaimed, discord, refusal }: LoginFormProps) {
  const [asksCode, setAsksCode] = useState(false);
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.login.body),
    { username: "", password: "", otp: undefined },
    async (body) => {
      try {
        await request(login, { body });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "SECOND_FACTOR_REQUIRED") throw error;
        setAsksCode(true);
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
    setAsksCode(false);
  };
  if (asksCode)
    return (
      <CodeCard onBack={goBack}>
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
        <FormProblem problem={problem ?? refusal} waitSeconds={waitSeconds} />
        <Field label="Username or email" error={errorOf("username")}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} {...field("username")} />
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
          <Input type="password" autoComplete="current-password" {...field("password")} />
        </Field>
        {submit}
      </form>
      {discord ? <DiscordButton next={next} /> : null}
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
