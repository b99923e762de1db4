/** Manifests of bots: JSON text in a column of the bots room. */
import { readJson } from "@/lib/core/format/json";
import { readManifest, readManifests, writeManifest } from "@/lib/fleet/bots";
import type { ManifestCommand } from "./contract";

/** Parses the commands of a stored manifest. */
export const readCommands = (text: string): ManifestCommand[] => readJson(text);

type StoredManifest = { commands: ManifestCommand[] | null; version: number };

export function createManifestStore() {
  return {
    /** Reads a bot's manifest; `commands` is null if the bot published none, or does not exist. */
    async find(botId: string): Promise<StoredManifest> {
      const bot = await readManifest(botId);
      const text = bot?.manifest ?? null;
      return { commands: text === null ? null : readCommands(text), version: bot?.manifest_version ?? 0 };
    },

    /** Stored manifests by bot; bots without one are left out. */
    texts: readManifests,

    /** @returns the new version; undefined when the bot is gone, or its manifest is no longer at version `expected` */
    put: (botId: string, commands: readonly ManifestCommand[], expected?: number): Promise<number | undefined> =>
      writeManifest(botId, JSON.stringify(commands), expected),
  };
}

export type ManifestStore = ReturnType<typeof createManifestStore>;
