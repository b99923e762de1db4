/**
 * Step-up in the console: the server asks for a fresh proof before some requests. Such a request waits until the person has
 * given one in the dialog, and is then sent again.
 */
import type { StepUpWay } from "@/lib/identity/accounts/step-up/contract";
import { createStore } from "./store";

/** The ways to give the proof that is asked for; null while none is. */
export const proofAsked = createStore<readonly StepUpWay[] | null>(null);

const waiting = new Set<(isProved: boolean) => void>();
let watchers = 0;

/** Call while a page can show the dialog. Returns a function that ends it. */
export function showProofs(): () => void {
  watchers++;
  return () => {
    watchers--;
    settleProof(false);
  };
}

/** Whether this page can show the dialog. */
export const canAskProof = (): boolean => watchers > 0;

/** Opens the dialog and waits for it: true once the person has given a proof, false if it was closed. */
export function provedAgain(ways: readonly StepUpWay[]): Promise<boolean> {
  proofAsked.set(ways);
  return new Promise((resolve) => waiting.add(resolve));
}

/** Closes the dialog: waiting requests are sent again, or fail. */
export function settleProof(isProved: boolean): void {
  proofAsked.set(null);
  for (const resolve of [...waiting]) resolve(isProved);
  waiting.clear();
}
