"use client";
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False on the server and until React has hydrated the page. Controls that need it stay disabled until then. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
