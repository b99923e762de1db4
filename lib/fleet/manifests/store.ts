/** The manifest column of the bot table: JSON text of a list of commands, null while nothing was published. */

import { db } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { ManifestCommand } from "./contract";

type Row = { id: string; manifest: string | null };
/** The commands in a stored text. */
export const readCommands = (text: string): ManifestCommand[] => readJson(text);

type StoredManifest = { commands: ManifestCommand[] | null; version: number };

export function createManifestStore() {
  return {
    /** `commands` is null while the bot published nothing, or is not there. */
    async find(botId: string): Promise<StoredManifest> {
      const [row] = await db().all<Row & { version: number }>(
        "SELECT id, manifest, manifest_version AS version FROM bot WHERE id = $1",
        [botId],
      );
      const text = row?.manifest ?? null;
      return { commands: text === null ? null : readCommands(text), version: row?.version ?? 0 };
    },

    /** Stored texts by bot; bots that published nothing or are not there are left out. */
    async texts(botIds: readonly string[]): Promise<Map<string, string>> {
      const rows = await db().all<Row>(
        `SELECT id, manifest FROM bot WHERE id IN (${botIds.map((_, at) => `$${at + 1}`).join(", ")})`,
        [...botIds],
      );
      return new Map(rows.flatMap(({ id, manifest }) => (manifest === null ? [] : [[id, manifest] as const])));
    },

    /**
     * A bot publishes at each of its starts: the same again keeps its version.
     *
     * @returns the new version; undefined when the bot is gone, or its manifest is no longer at version `expected`
     */
    async put(botId: string, commands: readonly ManifestCommand[], expected?: number): Promise<number | undefined> {
      const [row] = await db().write((tx) =>
        tx.all<{ version: number }>(
          `UPDATE bot SET manifest = $2, manifest_version = manifest_version + CASE WHEN manifest = $2 THEN 0 ELSE 1 END
         WHERE id = $1 AND manifest_version = COALESCE(CAST($3 AS INTEGER), manifest_version)
         RETURNING manifest_version AS version`,
          [botId, JSON.stringify(commands), expected ?? null],
        ),
      );
      return row?.version;
    },
  };
}

export type ManifestStore = ReturnType<typeof createManifestStore>;
