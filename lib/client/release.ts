/**
 * Compares a page's build with the server's. After an upgrade an open page keeps its old code, and chunks it has not
 * loaded yet are gone from the server. The page then offers a reload instead of failing with unsaved input on it.
 */
import { createStore } from "./store";

/** `isUpdated`: the server runs another build. `missing`: parts of this page that could not be loaded. */
export type Release = { isUpdated: boolean; missing: number };

const RELOADED_AT = "muster.release.reloaded";
/** A page that fails again within this time of a reload is not reloaded automatically a second time. */
const RELOAD_GUARD_MS = 60_000;

export const release = createStore<Release>({ isUpdated: false, missing: 0 });

let pageBuild = "";

/** Stores the build that rendered this page. */
export function presetBuild(build: string): void {
  pageBuild = build;
}

/** Compares the build the server runs with the page's. */
export function noteBuild(build: string | null | undefined): void {
  if (!build || !pageBuild || build === pageBuild || release.get().isUpdated) return;
  release.set({ ...release.get(), isUpdated: true });
}

/** Reports that a part of the page could not be loaded. Call the returned function once it has been loaded. */
export function reportMissing(): () => void {
  const add = (count: number) => release.set({ ...release.get(), missing: release.get().missing + count });
  add(1);
  let isMissing = true;
  return () => {
    if (isMissing) add(-1);
    isMissing = false;
  };
}

/** Returns whether the error came from a script that the server no longer has. */
export const isMissingScript = (error: Error): boolean =>
  error.name === "ChunkLoadError" || /^Failed to load chunk|dynamically imported module/.test(error.message);

/**
 * Returns whether an automatic reload is allowed now: at most one a minute, and never without storage to count them.
 */
export function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (Date.now() - last < RELOAD_GUARD_MS) return false;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    return true;
  } catch {
    return false;
  }
}
