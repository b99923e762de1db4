"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { PasswordStrength } from "@/app/_shell/password-strength";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { resetPassword } from "@/generated/calls/identity/accounts";
import { ApiError, request } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import type { Secured } from "@/lib/identity/accounts/contract.passwords";
import { AuthCard } from "../auth-card";

export function ResetForm({ token }: { token: string }) {
  const [done, setDone] = useState<Secured | null>(null);
  const [expired, setExpired] = useState<string | null>(null);
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () =>
      import("@/lib/identity/accounts/contract.passwords").then((one) => one.resetPassword.body.omit({ token: true })),
    { new_password: "" },
    async ({ new_password }) => {
      try {
        setDone(await request(resetPassword, { body: { token, new_password } }));
      } catch (error) {
        // The error concerns the link, which was used or has expired, and no field of this form.
        if (error instanceof ApiError && error.status === 400 && error.field !== "new_password") {
          setExpired(error.message);
        } else throw error;
      }
    },
  );
  if (done) {
    return (
      <AuthCard title="Password changed" description={`${endedText(done.ended)} Sign in with your new password.`}>
        {done.linked.length > 0 ? (
          <p className="mb-4 text-muted">
            {done.linked.map(({ provider, username }) => `${providerName(provider)} account ${username}`).join(", ")}{" "}
            can still sign in to this account. If you do not recognize it, unlink it on your account page.
          </p>
        ) : null}
        <Button asChild variant="primary" className="w-full">
          <Link href="/login">Sign in</Link>
        </Button>
      </AuthCard>
    );
  }
  if (expired) {
    return (
      <AuthCard title="This link no longer works" description={expired}>
        <Button asChild variant="primary" className="w-full">
          <Link href="/forgot">Request a new link</Link>
        </Button>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Set a new password"
      description="This signs you out on every device and revokes all your API keys."
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <Field
          label="New password"
          error={errorOf("new_password")}
          hint={<PasswordStrength password={form.watch("new_password")} />}
        >
          <PasswordInput autoComplete="new-password" {...field("new_password")} />
        </Field>
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Set password
        </Button>
      </form>
    </AuthCard>
  );
}

const endedText = ({ sessions, api_keys }: Secured["ended"]) =>
  `${countText(sessions, "session was", "sessions were")} ended and ${countText(api_keys, "API key was", "API keys were")} revoked.`;

const providerName = (provider: string) =>
  provider.startsWith("oidc:") ? new URL(provider.slice(5)).host : provider.charAt(0).toUpperCase() + provider.slice(1);
