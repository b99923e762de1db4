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
    () => import("@/lib/identity/accounts/contract").then((one) => one.forgotPassword.body),
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
            This server sends no mail. If an account belongs to{" "}
            <strong className="break-all font-medium text-text">{sentTo}</strong>, a link to set a new password was
            made. An admin finds it in the server's outbox folder. It works once, for an hour.
          </>
        }
        footer={back}
      />
    );
  }
  if (sentTo) {
    // The same words whether or not the account exists: this page tells nobody who has one.
    return (
      <AuthCard
        title="Look into your mail"
        description={
          <>
            If an account belongs to <strong className="break-all font-medium text-text">{sentTo}</strong>, a link to
            set a new password is on its way. It works once, for an hour.
          </>
        }
        footer={back}
      >
        <p className="text-[13px] text-faint">Nothing came? Check the spam folder, or ask the admin of this server.</p>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Reset the password"
      description={
        sendsMail
          ? "We email you a link to set a new password."
          : "This server does not send email. Create a link, then ask an admin for it."
      }
      footer={back}
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        <Field label="E-mail" error={errorOf("email")}>
          <Input type="email" autoComplete="email" {...field("email")} />
        </Field>
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          {sendsMail ? "Send the link" : "Create the link"}
        </Button>
      </form>
    </AuthCard>
  );
}
