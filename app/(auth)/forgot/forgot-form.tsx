"use client";
import Link from "next/link";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { forgotPassword } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { AuthCard } from "../auth-card";

export function ForgotForm({ sendsMail }: { sendsMail: boolean }) {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract.passwords").then((one) => one.forgotPassword.body),
    { email: "" },
    async (body) => {
      await request(forgotPassword, { body });
      setSentTo(body.email);
    },
  );
  const back = (
    <Link href="/login" className="text-accent hover:underline">
      Back to sign in
    </Link>
  );
  if (sentTo && !sendsMail) {
    return (
      <AuthCard
        title="Ask an admin for the link"
        description={
          <>
            This server does not send email. If an account exists for{" "}
            <strong className="break-all font-medium text-text">{sentTo}</strong>, a password reset link was created.
            Ask an admin for it: they can find it in the server's outbox folder. The link works once and expires after
            one hour.
          </>
        }
        footer={back}
      />
    );
  }
  if (sentTo) {
    // The text is the same whether or not the account exists, so that this page does not reveal who has one.
    return (
      <AuthCard
        title="Check your email"
        description={
          <>
            If an account exists for <strong className="break-all font-medium text-text">{sentTo}</strong>, we sent it a
            link to set a new password. The link works once and expires after one hour.
          </>
        }
        footer={back}
      >
        <p className="text-[13px] text-faint">No email? Check your spam folder, or ask an admin of this server.</p>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Reset your password"
      description={
        sendsMail
          ? "We email you a link to set a new password."
          : "This server does not send email. Create a reset link here, then ask an admin to give it to you."
      }
      footer={back}
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <Field label="Email" error={errorOf("email")}>
          <Input type="email" autoComplete="email" {...field("email")} />
        </Field>
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          {sendsMail ? "Send link" : "Create link"}
        </Button>
      </form>
    </AuthCard>
  );
}
