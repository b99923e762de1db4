"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False on the server and until the page's own code has taken over; controls that need it stay disabled till then. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
