"use client";
import { KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { useDeparture } from "@/app/_shell/use-departure";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { ApiError, errorText } from "@/lib/client/api";
import { signInByAutofill, signInByPasskey } from "@/lib/client/passkeys";

/** Signs in with a passkey, then opens `next`. */
export function PasskeyButton({ next }: { next: string }) {
  const { busy, problem, go } = useDeparture(async () => {
    await signInByPasskey();
    window.location.assign(next);
  });
  const ready = useHydrated();
  return (
    <div className="mt-4 space-y-4">
      <FormProblem problem={problem} />
      <Button className="w-full" loading={busy} disabled={!ready} onClick={() => void go()}>
        <KeyRound />
        Sign in with a passkey
      </Button>
    </div>
  );
}

/**
 * Offers passkeys in the autofill list of a field whose `autoComplete` ends in "webauthn".
 *
 * @returns why the chosen passkey was refused
 */
export function usePasskeyAutofill(isAvailable: boolean, next: string): string | undefined {
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (!isAvailable || !window.PublicKeyCredential) return;
    const leaving = new AbortController();
    signInByAutofill(leaving.signal).then(
      (isSignedIn) => isSignedIn && window.location.assign(next),
      // An offer that nobody took disappears without a word.
      (error: unknown) => error instanceof ApiError && setProblem(errorText(error)),
    );
    return () => leaving.abort();
  }, [isAvailable, next]);
  return problem;
}
