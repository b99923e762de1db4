"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { login, registerAccount } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { AccountFields } from "../account-fields";
import { AuthCard } from "../auth-card";
import { ProviderButtons, type Ways } from "../provider-buttons";

export function SignupForm({ ways }: { ways: Ways }) {
  const [sentTo, setSentTo] = useState<string>();
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract").then((one) => one.registerAccount.body),
    { username: "", email: "", password: "", fullname: "" },
    async (body) => {
      const answer = await request(registerAccount, { body });
      if (answer.verification_required) return setSentTo(body.email);
      const { username, password } = body;
      await request(login, { body: { username, password } });
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
        <AccountFields
          {...{ field, errorOf, typed: form.watch() }}
          emailHint="Used for password resets, and for notifications once you verify it."
        />
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Create account
        </Button>
      </form>
      <ProviderButtons {...ways} next="/dashboard" />
    </AuthCard>
  );
}
