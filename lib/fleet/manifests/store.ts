/** The manifest column of the bot table: JSON text of a list of commands, null while nothing was published. */

import { inList, query } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { ManifestCommand } from "./contract";

/** The commands in a stored text. */
export const readCommands = (text: string): ManifestCommand[] => readJson(text);

type StoredManifest = { commands: ManifestCommand[] | null; version: number };

export function createManifestStore() {
  return {
    /** `commands` is null while the bot published nothing, or is not there. */
    async find(botId: string): Promise<StoredManifest> {
      const bot = await query()
        .selectFrom("bot")
        .select(["manifest", "manifest_version"])
        .where("id", "=", botId)
        .executeTakeFirst();
      const text = bot?.manifest ?? null;
      return { commands: text === null ? null : readCommands(text), version: bot?.manifest_version ?? 0 };
    },

    /** Stored texts by bot; bots that published nothing or are not there are left out. */
    async texts(botIds: readonly string[]): Promise<Map<string, string>> {
      const bots = await query()
        .selectFrom("bot")
        .select(["id", "manifest"])
        .where("id", "in", inList(botIds))
        .where("manifest", "is not", null)
        .$narrowType<{ manifest: string }>()
        .execute();
      return new Map(bots.map(({ id, manifest }) => [id, manifest]));
    },

    /**
     * A bot publishes at each of its starts: the same again keeps its version.
     *
     * @returns the new version; undefined when the bot is gone, or its manifest is no longer at version `expected`
     */
    async put(botId: string, commands: readonly ManifestCommand[], expected?: number): Promise<number | undefined> {
      const manifest = JSON.stringify(commands);
      const bot = await query()
        .updateTable("bot")
        .set((eb) => ({
          manifest,
          manifest_version: eb(
            "manifest_version",
            "+",
            eb.case().when("manifest", "=", manifest).then(eb.lit(0)).else(eb.lit(1)).end(),
          ),
        }))
        .where("id", "=", botId)
        .$if(expected !== undefined, (known) => known.where("manifest_version", "=", expected!))
        .returning("manifest_version")
        .executeTakeFirst();
      return bot?.manifest_version;
    },
  };
}

export type ManifestStore = ReturnType<typeof createManifestStore>;
