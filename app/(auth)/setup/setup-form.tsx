"use client";
import Link from "next/link";
import { FormProblem } from "@/app/_shell/form-problem";
import { PasswordStrength } from "@/app/_shell/password-strength";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { claimSetup } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";

export function SetupForm({ token }: { token: string }) {
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.claimSetup.body.omit({ token: true })),
    { username: "", email: "", password: "" },
    async (values) => {
      await request(claimSetup, { body: { token, ...values } });
      window.location.assign("/dashboard");
      await new Promise(() => undefined);
    },
  );
  const typed = form.watch();
  return (
    <AuthCard
      title="Set up this server"
      description="Create the first admin account, which manages all bots and users here. This setup link works once."
      footer={
        <Link href="/login" className="text-accent hover:underline">
          Already set up? Sign in
        </Link>
      }
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <Field label="Username" error={errorOf("username")}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} {...field("username")} />
        </Field>
        <Field label="Email" error={errorOf("email")} hint="Used for password resets.">
          <Input type="email" autoComplete="email" {...field("email")} />
        </Field>
        <Field
          label="Password"
          error={errorOf("password")}
          hint={
            <PasswordStrength password={typed.password} person={{ username: typed.username, email: typed.email }} />
          }
        >
          <PasswordInput autoComplete="new-password" {...field("password")} />
        </Field>
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Create admin account
        </Button>
      </form>
    </AuthCard>
  );
}
