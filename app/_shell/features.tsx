"use client";
/** The features that an admin switched off: their pages and charts are hidden. */
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { useLine } from "@/lib/client/live";
import type { Feature } from "@/lib/core/settings/contract";

const Off = createContext<readonly Feature[]>([]);

/** Provides the list of switched-off features to the console. */
export function FeaturesProvider({ off, children }: { off: readonly Feature[]; children: ReactNode }) {
  return <Off.Provider value={off}>{children}</Off.Provider>;
}

/** Returns whether a feature is switched on. */
export const useFeature = (feature: Feature): boolean => !useContext(Off).includes(feature);

/**
 * Refreshes the console when a feature is switched on or off. Only admins receive that event; others see the change
 * with their next page load.
 */
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
