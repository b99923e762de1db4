"use client";
import { useRef, useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useContractForm } from "@/app/_shell/use-contract-form";
import { Button } from "@/app/_ui/button";
import { signInByLink } from "@/generated/calls/identity/sso";
import { ApiError, request } from "@/lib/client/api";
import { AuthCard } from "../../auth-card";
import { CodeField } from "../code-form";

/** Signs in with the link's token on a click. The token is in the fragment, which reaches no server. */
export function LinkForm() {
  const [asksCode, setAsksCode] = useState(false);
  const token = useRef("");
  const { field, formProps, ready, busy, problem, waitSeconds, errorOf } = useContractForm(
    () => import("@/lib/identity/sso/contract.grants").then((one) => one.signInByLink.body.omit({ token: true })),
    { otp: undefined },
    async (body) => {
      token.current ||= new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "none";
      // Keep the token out of the browser's history.
      window.history.replaceState(null, "", window.location.pathname);
      try {
        await request(signInByLink, { body: { ...body, token: token.current } });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "SECOND_FACTOR_REQUIRED") throw error;
        setAsksCode(true);
        return;
      }
      window.location.assign("/dashboard");
      await new Promise(() => undefined);
    },
  );
  return (
    <AuthCard
      title="Sign in with a link"
      description="This link comes from the server's command line. It signs an admin in once."
      footer={
        <a href="/login" className="text-accent underline">
          Back to sign in
        </a>
      }
    >
      <form {...formProps} className="space-y-4">
        <FormProblem problem={problem} waitSeconds={waitSeconds} />
        {asksCode ? <CodeField error={errorOf("otp")} {...field("otp")} /> : null}
        <Button type="submit" variant="primary" className="w-full" loading={busy} disabled={!ready || waitSeconds > 0}>
          Sign in
        </Button>
      </form>
    </AuthCard>
  );
}
