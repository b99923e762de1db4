"use client";
import Link from "next/link";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { login } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { DiscordButton } from "../discord-button";

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
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.login.body),
    { username: "", password: "" },
    async (body) => {
      await request(login, { body });
      // Load the whole page, so that the socket and every cache start again as this user.
      window.location.assign(next);
      await new Promise(() => undefined);
    },
  );
  return (
    <AuthCard
      title="Sign in"
      description={
        passwordChanged
          ? "Your password was changed and you were signed out everywhere. Sign in with your new password."
          : "Sign in to manage the chat bots connected to this server."
      }
      footer={
        isUnclaimed ? (
          <Link href="/setup" className="text-accent underline">
            Set up this server
          </Link>
        ) : openSignup ? (
          <>
            No account?{" "}
            <Link href="/signup" className="text-accent underline">
              Create one
            </Link>
          </>
        ) : null
      }
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
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Sign in
        </Button>
      </form>
      {discord ? <DiscordButton next={next} /> : null}
    </AuthCard>
  );
}
