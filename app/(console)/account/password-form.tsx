"use client";
import Link from "next/link";
import { FormProblem } from "@/app/_shell/form-problem";
import { PasswordStrength } from "@/app/_shell/password-strength";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { changePassword } from "@/generated/calls/identity/accounts";
import { request } from "@/lib/client/api";
import { leavePage } from "@/lib/client/session";

export function PasswordForm({ hasPassword }: { hasPassword: boolean }) {
  const { form, field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/accounts/contract.passwords").then((one) => one.changePassword.body),
    { old_password: "", new_password: "", end_api_keys: true },
    async (body) => {
      await request(changePassword, { body });
      leavePage();
      window.location.assign("/login?done=password&next=/account");
      await new Promise(() => undefined);
    },
  );
  if (!hasPassword) {
    return (
      <Card>
        <CardHeader>
          <CardTitle>Password</CardTitle>
        </CardHeader>
        <div className="flex flex-wrap items-center justify-between gap-3 p-4">
          <p className="max-w-xl text-muted">You have no password yet. We can email you a link to set one.</p>
          <Button asChild>
            <Link href="/forgot">Set a password</Link>
          </Button>
        </div>
      </Card>
    );
  }
  return (
    <Card>
      <CardHeader>
        <CardTitle>Password</CardTitle>
      </CardHeader>
      <form {...formProps} className="grid gap-4 p-4 sm:grid-cols-2">
        <Field label="Current password" error={errorOf("old_password")}>
          <PasswordInput autoComplete="current-password" {...field("old_password")} />
        </Field>
        <Field
          label="New password"
          error={errorOf("new_password")}
          hint={<PasswordStrength password={form.watch("new_password")} />}
        >
          <PasswordInput autoComplete="new-password" {...field("new_password")} />
        </Field>
        <label className="flex items-center gap-2 sm:col-span-2">
          <input type="checkbox" className="size-4 accent-accent" {...form.register("end_api_keys")} />
          Also revoke all my API keys
        </label>
        <div className="empty:hidden sm:col-span-2">
          <FormProblem problem={problem} waitSeconds={waitSeconds} />
        </div>
        <div className="flex flex-wrap items-center gap-3 sm:col-span-2">
          <Button
            type="submit"
            loading={busy}
            disabled={!ready || waitSeconds > 0 || !form.formState.dirtyFields.new_password}
          >
            Change password
          </Button>
          <span className="text-[13px] text-faint">This signs you out on every device, including this one.</span>
        </div>
      </form>
    </Card>
  );
}
