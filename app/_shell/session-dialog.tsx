"use client";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { login } from "@/generated/calls/identity/accounts";
import { errorText, request } from "@/lib/client/api";
import { acceptSignIn, currentPageUser, declineSignIn, reloadAs } from "@/lib/client/session";
import { useSessionState } from "./use-session";

/** Asks the person to sign in again without leaving the page, so that typed text is kept and can be sent. */
export default function SessionDialog() {
  const state = useSessionState();
  const form = useId();
  const [user] = useState(currentPageUser);
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const username = user?.username ?? "";
  const other = state.status === "replaced" ? (state.username ?? "another account") : null;
  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    // React also bubbles this event to the form that opened the dialog, so stop it here.
    event.stopPropagation();
    setBusy(true);
    setProblem(null);
    try {
      const { user: signedIn } = await request(login, { body: { username, password } });
      acceptSignIn({ user_id: Number(signedIn.id), username: signedIn.username });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
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
        <Field label={`Password of ${username}`} error={problem ? errorText(problem) : undefined}>
          <Input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
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
