/** The manifest column of the bot table: JSON text of a list of commands, null while nothing was published. */
import { db } from "@/lib/db";
import type { ManifestCommand } from "./contract";

type Row = { id: string; manifest: string | null };
/** The commands in a stored text. */
export const readCommands = (text: string): ManifestCommand[] => JSON.parse(text);

export function createManifestStore() {
  return {
    /** Null while the bot published nothing, or is not there. */
    async find(botId: string): Promise<ManifestCommand[] | null> {
      const text = (await this.texts([botId])).get(botId);
      return text === undefined ? null : readCommands(text);
    },

    /** Stored texts by bot; bots that published nothing or are not there are left out. */
    async texts(botIds: readonly string[]): Promise<Map<string, string>> {
      const rows = await db().all<Row>(
        `SELECT id, manifest FROM bot WHERE id IN (${botIds.map((_, at) => `$${at + 1}`).join(", ")})`,
        [...botIds],
      );
      return new Map(rows.flatMap(({ id, manifest }) => (manifest === null ? [] : [[id, manifest] as const])));
    },

    async put(botId: string, commands: readonly ManifestCommand[]): Promise<void> {
      await db().run("UPDATE bot SET manifest = $2 WHERE id = $1", [botId, JSON.stringify(commands)]);
    },
  };
}

export type ManifestStore = ReturnType<typeof createManifestStore>;
