"use client";
import { useEffect, useState } from "react";
import { errorText } from "@/lib/client/api";

/** For a button that leaves this server: busy until the browser is gone, and again ready should the person come back. */
export function useDeparture(leave: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    // "Back" may show the page as it was left.
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
