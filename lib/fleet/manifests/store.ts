/** Manifests of bots: JSON text in a column that the room of bots owns. */
import { readJson } from "@/lib/core/format/json";
import { readManifest, readManifests, writeManifest } from "@/lib/fleet/bots";
import type { ManifestCommand } from "./contract";

/** The commands in a stored text. */
export const readCommands = (text: string): ManifestCommand[] => readJson(text);

type StoredManifest = { commands: ManifestCommand[] | null; version: number };

export function createManifestStore() {
  return {
    /** `commands` is null while the bot published nothing, or is not there. */
    async find(botId: string): Promise<StoredManifest> {
      const bot = await readManifest(botId);
      const text = bot?.manifest ?? null;
      return { commands: text === null ? null : readCommands(text), version: bot?.manifest_version ?? 0 };
    },

    /** Stored texts by bot; bots that published nothing or are not there are left out. */
    texts: readManifests,

    /** @returns the new version; undefined when the bot is gone, or its manifest is no longer at version `expected` */
    put: (botId: string, commands: readonly ManifestCommand[], expected?: number): Promise<number | undefined> =>
      writeManifest(botId, JSON.stringify(commands), expected),
  };
}

export type ManifestStore = ReturnType<typeof createManifestStore>;
