"use client";
import { useEffect, useState } from "react";
import { errorText } from "@/lib/client/api";

/**
 * For a button that leads to another site: it is busy until the browser leaves, and ready again if the person comes
 * back.
 */
export function useDeparture(leave: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    // The browser's Back button may restore the page in the state in which it was left.
    const shown = (event: PageTransitionEvent) => event.persisted && setBusy(false);
    window.addEventListener("pageshow", shown);
    return () => window.removeEventListener("pageshow", shown);
  }, []);
  const go = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await leave();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };
  return { busy, problem, go };
}
