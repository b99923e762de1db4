"use client";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { PasswordInput } from "@/app/_ui/password-input";
import { login } from "@/generated/calls/identity/accounts";
import { ApiError, errorText, request } from "@/lib/client/api";
import { acceptSignIn, currentPageUser, declineSignIn, reloadAs } from "@/lib/client/session";
import { useSessionState } from "./use-session";

/** The form's state: a password, and a one-time code once the server has asked for one. */
function useSignIn(username: string) {
  const [password, setPassword] = useState("");
  const [otp, setOtp] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    // React also bubbles this event to the form that opened the dialog, so stop it here.
    event.stopPropagation();
    setBusy(true);
    setProblem(null);
    try {
      const { user } = await request(login, { body: { username, password, ...(otp && { otp }) } });
      acceptSignIn({ user_id: Number(user.id), username: user.username });
    } catch (error) {
      if (error instanceof ApiError && error.code === "SECOND_FACTOR_REQUIRED") setAsksCode(true);
      else setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return { ...{ password, setPassword, otp, setOtp, asksCode, problem, busy }, signIn };
}

/** Asks the person to sign in again without leaving the page, so that typed text is kept and can be sent. */
export default function SessionDialog() {
  const state = useSessionState();
  const form = useId();
  const [user] = useState(currentPageUser);
  const username = user?.username ?? "";
  const { password, setPassword, otp, setOtp, asksCode, problem, busy, signIn } = useSignIn(username);
  const isCodeProblem = problem instanceof ApiError && problem.field === "otp";
  const other = state.status === "replaced" ? (state.username ?? "another account") : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && declineSignIn()}
      title={other ? `This browser is now signed in as ${other}` : "Sign in to continue"}
      description={
        other
          ? `This tab belongs to ${username}. Sign in as ${username} to keep your changes on this page, or reload the page as ${other}.`
          : "Your session has ended. Your changes on this page are kept."
      }
      className="max-w-md"
      footer={
        <>
          {other ? (
            <Button onClick={() => reloadAs(state.status === "replaced" ? state.username : null)}>
              Reload as {other}
            </Button>
          ) : (
            <Button onClick={declineSignIn}>Not now</Button>
          )}
          <Button variant="primary" type="submit" form={form} loading={busy} disabled={password === ""}>
            Sign in as {username}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void signIn(event)} className="space-y-4">
        <input type="hidden" name="username" autoComplete="username" value={username} readOnly />
        <Field label={`Password of ${username}`} error={problem && !isCodeProblem ? errorText(problem) : undefined}>
          <PasswordInput
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {asksCode ? (
          <Field
            label="Code of your authenticator app"
            hint="A recovery code works too."
            error={isCodeProblem ? errorText(problem) : undefined}
          >
            <Input
              autoComplete="one-time-code"
              autoFocus
              value={otp}
              onChange={(event) => setOtp(event.target.value)}
            />
          </Field>
        ) : null}
        <p className="text-[13px] text-muted">
          No password?{" "}
          <a href="/login" target="_blank" rel="noreferrer" className="text-accent underline">
            Sign in another way in a new tab
          </a>
          . This page then continues automatically.
        </p>
      </form>
    </Dialog>
  );
}
