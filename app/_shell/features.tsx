"use client";
/** The features that an admin switched off: their pages and charts are hidden. */
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { useLine } from "@/lib/client/live";
import type { Feature } from "@/lib/core/settings/contract";

const Off = createContext<readonly Feature[]>([]);

/** Tells the console below it what is off. */
export function FeaturesProvider({ off, children }: { off: readonly Feature[]; children: ReactNode }) {
  return <Off.Provider value={off}>{children}</Off.Provider>;
}

/** Is that part of the server switched on? */
export const useFeature = (feature: Feature): boolean => !useContext(Off).includes(feature);

/** Draws the console anew when a switch was thrown. Only admins hear of it at once; others see it with their next page load. */
export function FeatureWatch() {
  const line = useLine();
  const router = useRouter();
  useEffect(
    () =>
      line.hear("config_update", (news) => {
        if ((news as { section?: string } | undefined)?.section === "features") router.refresh();
      }),
    [line, router],
  );
  return null;
}
