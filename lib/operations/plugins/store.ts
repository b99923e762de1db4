/** The state and the settings of plugins. */

import { iso } from "@/lib/core/clock";
import { query, type Row, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";

export type PluginRow = {
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  settings_version: number;
  disabled_reason: string | null;
  changed_by: number | null;
  changed_at: string;
};
type Change = Partial<Pick<PluginRow, "enabled" | "disabled_reason">> & { changed_by: number | null };

const read = ({ enabled, settings, changed_at, ...row }: Row<"plugin">): PluginRow => ({
  ...row,
  enabled: enabled === 1,
  settings: readJson(settings),
  changed_at: iso(changed_at),
});

export function createPluginStore() {
  return {
    async all(): Promise<PluginRow[]> {
      return (await query().selectFrom("plugin").selectAll().execute()).map(read);
    },
    async find(name: string): Promise<PluginRow | null> {
      const row = await query().selectFrom("plugin").selectAll().where("name", "=", name).executeTakeFirst();
      return row ? read(row) : null;
    },
    async save(name: string, { enabled, disabled_reason, changed_by }: Change): Promise<void> {
      const change = {
        ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
        ...(disabled_reason !== undefined && { disabled_reason }),
        changed_by,
        changed_at: Date.now(),
      };
      await query()
        .insertInto("plugin")
        .values({ name, ...change })
        .onConflict((known) => known.column("name").doUpdateSet(change))
        .execute();
    },
    /** @returns false when the settings are no longer at version `expected` */
    saveSettings: (name: string, settings: object, changedBy: number, expected: number): Promise<boolean> =>
      transaction(async (trx) => {
        const change = { changed_by: changedBy, changed_at: Date.now() };
        await trx
          .insertInto("plugin")
          .values({ name, ...change })
          .onConflict((known) => known.column("name").doNothing())
          .execute();
        const { numUpdatedRows } = await trx
          .updateTable("plugin")
          .set((eb) => ({
            ...{ ...change, settings: JSON.stringify(settings) },
            settings_version: eb("settings_version", "+", 1),
          }))
          .where("name", "=", name)
          .where("settings_version", "=", expected)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
  };
}
export type PluginStore = ReturnType<typeof createPluginStore>;
