"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { login, registerAccount } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";
import { DiscordButton } from "../discord-button";

export function SignupForm({ discord }: { discord: boolean }) {
  const [sentTo, setSentTo] = useState<string>();
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.registerAccount.body),
    { username: "", email: "", password: "", fullname: "" },
    async (body) => {
      const answer = await request(registerAccount, { body });
      if (answer.verification_required) return setSentTo(body.email);
      await request(login, {
        body: { username: body.username, password: body.password },
      });
      window.location.assign("/dashboard");
      await new Promise(() => undefined);
    },
  );
  if (sentTo)
    return (
      <AuthCard
        title="Check your email"
        description={
          <>
            We sent a link to <strong className="break-all font-medium text-text">{sentTo}</strong>. Open it within 24
            hours to create your account.
          </>
        }
        footer={
          <Link href="/login" className="text-accent hover:underline">
            Back to sign in
          </Link>
        }
      />
    );
  return (
    <AuthCard
      title="Create an account"
      description="Connect your own chat bots to this server and manage them here."
      footer={
        <>
          Already have an account?{" "}
          <Link href="/login" className="text-accent underline">
            Sign in
          </Link>
        </>
      }
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <Field label="Username" error={errorOf("username")}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} {...field("username")} />
        </Field>
        <Field
          label="Email"
          error={errorOf("email")}
          hint="Used for password resets, and for notifications once you verify it."
        >
          <Input type="email" autoComplete="email" {...field("email")} />
        </Field>
        <Field label="Full name (optional)" error={errorOf("fullname")}>
          <Input autoComplete="name" {...field("fullname")} />
        </Field>
        <Field
          label="Password"
          error={errorOf("password")}
          hint="At least 8 characters. A long phrase is safer than a short, complicated password."
        >
          <Input type="password" autoComplete="new-password" {...field("password")} />
        </Field>
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Create account
        </Button>
      </form>
      {discord ? <DiscordButton next="/dashboard" /> : null}
    </AuthCard>
  );
}
