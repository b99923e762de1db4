"use client";
import { useEffect } from "react";
import { useOverview } from "@/lib/operations/stats/queries";

/** Waits for the reader's first bot. */
export function FirstBotWatch({ onFirst }: { onFirst: () => void }) {
  const count = useOverview().data?.total_bots ?? 0;
  useEffect(() => {
    if (count > 0) onFirst();
  }, [count, onFirst]);
  return null;
}
