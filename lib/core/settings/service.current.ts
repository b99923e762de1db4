/** The configuration as other rooms act on it: from memory, and never older than half a minute. */
import { resolve } from "node:path";
import { registerCache } from "@/lib/core/caches";
import { AppError } from "@/lib/core/errors";
import type { Sections } from "./contract";
import { FEATURES, type Feature, offBy } from "./contract.features";
import type { ConfigDeps } from "./service.types";
import { type CurrentSections, effective } from "./values";

/** A fact from another process may be lost: no process acts on an older configuration for longer than this. */
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

  /** A section as other rooms act on it: defaults filled in, never older than 30 s. Do not change what it answers. */
  async function section<S extends keyof Sections>(name: S): Promise<Sections[S]> {
    return (await fresh())[name].value as Sections[S];
  }

  /** Is that part of the server switched on? */
  async function has(feature: Feature): Promise<boolean> {
    return !offBy(feature, await section("features"));
  }

  /**
   * Guards requests to a part of the server that may be switched off.
   *
   * @throws AppError FORBIDDEN naming the part and its switch: trying again does not help until an admin switches it on
   */
  async function demand(feature: Feature): Promise<void> {
    const by = offBy(feature, await section("features"));
    if (!by) return;
    const { says } = FEATURES[feature];
    throw new AppError("FORBIDDEN", `${says} turned off on this server (settings: features.${by})`, {
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
