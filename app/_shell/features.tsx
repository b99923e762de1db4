"use client";
/** Provides the features that are switched on, and the reader's role, to all parts of the console. */
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { useLine } from "@/lib/client/live";
import type { Feature } from "@/lib/core/settings/contract";
import type { Role } from "@/lib/identity/accounts/contract";

const Off = createContext<readonly Feature[]>([]);
const ReaderRole = createContext<Role>("user");

type FeaturesProviderProps = { off: readonly Feature[]; role: Role; children: ReactNode };

/** Provides the list of switched-off features, and the reader's role, to the console. */
export function FeaturesProvider({ off, role, children }: FeaturesProviderProps) {
  return (
    <Off.Provider value={off}>
      <ReaderRole.Provider value={role}>{children}</ReaderRole.Provider>
    </Off.Provider>
  );
}

/** The role of the person who reads the page. It decides what is offered; the server decides what is allowed. */
export const useRole = (): Role => useContext(ReaderRole);

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
