"use client";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { Button } from "@/app/_ui/button";
import { useHydrated } from "@/app/_ui/use-hydrated";
import { errorText } from "@/lib/client/api";

type OneClickProps<T> = {
  label: string;
  variant?: "primary" | "danger";
  spend: () => Promise<T>;
  onDone: (reply: T) => void;
};

/** Spends a mailed link on a click, not when the page opens: mail scanners open links, and the token works only once. */
export function OneClick<T>({ label, variant = "primary", spend, onDone }: OneClickProps<T>) {
  const ready = useHydrated();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function click() {
    setBusy(true);
    setProblem(undefined);
    try {
      onDone(await spend());
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <FormProblem problem={problem} />
      <Button variant={variant} className="mt-3 w-full" loading={isBusy} disabled={!ready} onClick={() => void click()}>
        {label}
      </Button>
    </>
  );
}
