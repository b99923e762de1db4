"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { heldNavigations, holdNavigations } from "@/lib/client/navigation";
import { presetBuild, type Release, release } from "@/lib/client/release";

const AT_FIRST: Release = { isUpdated: false, missing: 0 };

/** Returns whether the server runs another build than this page, and how many parts of the page are missing. */
export const useRelease = () => useSyncExternalStore(release.subscribe, release.get, () => AT_FIRST);

/** The number of navigations that wait for the server. */
export const useHeldNavigations = () => useSyncExternalStore(heldNavigations.subscribe, heldNavigations.get, () => 0);

/** Keeps the console usable while the server is away, and notices when it returns with another build. */
export function ServerWatch({ build }: { build: string }) {
  useState(() => typeof window !== "undefined" && presetBuild(build));
  useEffect(holdNavigations, []);
  return null;
}
