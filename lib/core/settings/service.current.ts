/** The configuration for other rooms, cached in memory for at most half a minute. */
import { resolve } from "node:path";
import { registerCache } from "@/lib/core/caches";
import { AppError } from "@/lib/core/errors";
import type { Sections } from "./contract";
import { FEATURES, type Feature, offBy, type Switched } from "./contract.features";
import type { ConfigDeps } from "./service.types";
import { type CurrentSections, effective } from "./values";

/** An event from another process may be lost, so no process uses a configuration older than this. */
const FRESH_MS = 30_000;

export function createCurrentConfig({ store, now, downloadRoot }: Pick<ConfigDeps, "store" | "now" | "downloadRoot">) {
  let cached: { at: number; all: Promise<CurrentSections> } | undefined;

  async function load(): Promise<CurrentSections> {
    return effective(await store.all());
  }
  function fresh() {
    if (!cached || now() - cached.at > FRESH_MS) {
      const mine = { at: now(), all: load() };
      cached = mine;
      mine.all.catch(() => void (cached === mine && forget()));
    }
    return cached.all;
  }
  function forget(): void {
    cached = undefined;
  }
  registerCache("config", { size: () => (cached ? 1 : 0), clear: forget });

  /**
   * Returns a section for use by other rooms, with defaults filled in and at most 30 s old. Do not modify the result.
   */
  async function section<S extends keyof Sections>(name: S): Promise<Sections[S]> {
    return (await fresh())[name].value as Sections[S];
  }

  /** Returns whether a feature is switched on. */
  async function has(feature: Feature): Promise<boolean> {
    return !offBy(feature, await section("features"));
  }

  /**
   * Checks that a feature is switched on.
   *
   * @throws AppError FORBIDDEN or NOT_FOUND naming the feature and its switch: trying again does not help until an admin
   * switches it on
   */
  async function demand(feature: Feature): Promise<void> {
    const by = offBy(feature, await section("features"));
    if (!by) return;
    const { says, code }: Switched = FEATURES[feature];
    throw new AppError(code ?? "FORBIDDEN", `${says} turned off on this server (settings: features.${by})`, {
      feature,
      switch: by,
    });
  }

  /** Absolute path of the folder downloads go to. */
  async function downloadDir(): Promise<string> {
    return resolve(downloadRoot, (await section("transfers")).downloadDir);
  }

  return { load, forget, section, has, demand, downloadDir };
}
export type CurrentConfig = ReturnType<typeof createCurrentConfig>;
