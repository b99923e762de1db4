/**
 * The manifest column of the bot table: JSON text that the manifests room reads and writes, null until a bot publishes
 * a manifest.
 */
import { query } from "@/lib/core/db";
import { botsOf } from "./joins";

type StoredManifest = { manifest: string | null; manifest_version: number };

export const readManifest = (botId: string): Promise<StoredManifest | undefined> =>
  botsOf().select(["manifest", "manifest_version"]).where("id", "=", botId).executeTakeFirst();

/** Manifests by bot; bots that published none are left out. */
export async function readManifests(botIds: readonly string[]): Promise<Map<string, string>> {
  const bots = await botsOf({ bot_ids: botIds })
    .select(["id", "manifest"])
    .where("manifest", "is not", null)
    .$narrowType<{ manifest: string }>()
    .execute();
  return new Map(bots.map(({ id, manifest }) => [id, manifest]));
}

/**
 * Stores a manifest. The same text again keeps its version, because a bot publishes at each of its starts.
 *
 * @returns the new version; undefined when the bot is gone, or its manifest is no longer at version `expected`
 */
export async function writeManifest(botId: string, manifest: string, expected?: number): Promise<number | undefined> {
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
}
