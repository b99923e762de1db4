/** The manifest column of the bot table: JSON text of a list of commands, null while nothing was published. */
import { db } from "@/lib/db";
import type { ManifestCommand } from "./contract";

type Row = { id: string; manifest: string | null };
const read = (text: string | null): ManifestCommand[] | null => (text === null ? null : JSON.parse(text));

export function createManifestStore() {
  return {
    /** Null while the bot published nothing, or is not there. */
    async find(botId: string): Promise<ManifestCommand[] | null> {
      const [row] = await db().all<Row>("SELECT id, manifest FROM bot WHERE id = $1", [botId]);
      return read(row?.manifest ?? null);
    },

    /** By bot; bots that are not there are left out. */
    async findMany(botIds: readonly string[]): Promise<Map<string, ManifestCommand[] | null>> {
      const rows = await db().all<Row>(
        `SELECT id, manifest FROM bot WHERE id IN (${botIds.map((_, at) => `$${at + 1}`).join(", ")})`,
        [...botIds],
      );
      return new Map(rows.map((row) => [row.id, read(row.manifest)]));
    },

    async put(botId: string, commands: readonly ManifestCommand[]): Promise<void> {
      await db().run("UPDATE bot SET manifest = $2 WHERE id = $1", [botId, JSON.stringify(commands)]);
    },
  };
}

export type ManifestStore = ReturnType<typeof createManifestStore>;
