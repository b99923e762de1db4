/** The tables of plugins: their state (Prisma), what they remember and their log (SQL for both databases). */

import { iso } from "@/lib/core/clock";
import { db, insertMany, prisma } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import type { PluginLogLine } from "./contract";
import type { NewLine } from "./log";

/** Lines kept of each plugin. */
export const LINES_KEPT = 1_000;
const VALUES_MAX = 256;
const VALUE_BYTES = 16_384;
const TOTAL_BYTES = 1_048_576;

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
type Row = {
  name: string;
  enabled: boolean;
  settings: string;
  settingsVersion: number;
  disabledReason: string | null;
  changedBy: number | null;
  changedAt: Date;
};

const read = (row: Row): PluginRow => ({
  name: row.name,
  enabled: row.enabled,
  settings: readJson(row.settings),
  settings_version: row.settingsVersion,
  disabled_reason: row.disabledReason,
  changed_by: row.changedBy,
  changed_at: row.changedAt.toISOString(),
});

export function createPluginStore() {
  return {
    async all(): Promise<PluginRow[]> {
      // Asked at every start, mostly for nothing; loading Prisma takes longer than all the rest of one.
      if ((await db().all("SELECT 1 FROM plugin LIMIT 1")).length === 0) return [];
      return (await (await prisma()).plugin.findMany()).map(read);
    },
    async find(name: string): Promise<PluginRow | null> {
      const row = await (await prisma()).plugin.findUnique({ where: { name } });
      return row && read(row);
    },
    async save(name: string, change: Change): Promise<void> {
      const data = {
        ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
        ...(change.disabled_reason === undefined ? {} : { disabledReason: change.disabled_reason }),
        changedBy: change.changed_by,
        changedAt: new Date(),
      };
      await (await prisma()).plugin.upsert({ where: { name }, create: { name, ...data }, update: data });
    },
    /** @returns false when the settings are no longer at version `expected` */
    async saveSettings(name: string, settings: object, changedBy: number, expected: number): Promise<boolean> {
      const { plugin } = await prisma();
      await plugin.upsert({ where: { name }, create: { name }, update: {} });
      const { count } = await plugin.updateMany({
        where: { name, settingsVersion: expected },
        data: {
          ...{ settings: JSON.stringify(settings), settingsVersion: { increment: 1 } },
          ...{ changedBy, changedAt: new Date() },
        },
      });
      return count > 0;
    },

    async addLines(lines: NewLine[]): Promise<void> {
      await db().write(async (tx) => {
        await insertMany(tx, "plugin_log", "plugin text, level text, message text, at bigint", lines);
        for (const plugin of new Set(lines.map((line) => line.plugin)))
          await tx.run(
            `DELETE FROM plugin_log WHERE plugin = $1 AND seq <=
               (SELECT seq FROM plugin_log WHERE plugin = $1 ORDER BY seq DESC LIMIT 1 OFFSET ${LINES_KEPT})`,
            [plugin],
          );
      });
    },
    /** Newest first, before `cursor`. */
    async lines(plugin: string, limit: number, cursor: number | undefined): Promise<PluginLogLine[]> {
      const rows = await db().all<{ seq: number; level: PluginLogLine["level"]; message: string; at: number }>(
        `SELECT seq, level, message, at FROM plugin_log WHERE plugin = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`,
        [plugin, cursor ?? Number.MAX_SAFE_INTEGER, limit],
      );
      return rows.map(({ seq, level, message, at }) => ({ id: seq, level, message, timestamp: iso(at) }));
    },

    values: {
      async get(plugin: string, key: string): Promise<unknown> {
        const [row] = await db().all<{ value: string }>(
          "SELECT value FROM plugin_value WHERE plugin = $1 AND key = $2",
          [plugin, key],
        );
        return row ? readJson(row.value) : null;
      },
      /** @throws INVALID_INPUT the value is too large, or the plugin remembers too much already */
      async set(plugin: string, key: string, value: unknown): Promise<void> {
        const text = JSON.stringify(value);
        if (text.length > VALUE_BYTES)
          throw new AppError("INVALID_INPUT", `A value may have ${VALUE_BYTES} bytes of JSON; this has ${text.length}`);
        await db().write(async (tx) => {
          const [others] = await tx.all<{ n: number; size: number }>(
            `SELECT count(*) AS n, CAST(coalesce(sum(length(value)), 0) AS INTEGER) AS size
               FROM plugin_value WHERE plugin = $1 AND key <> $2`,
            [plugin, key],
          );
          if (Number(others!.n) >= VALUES_MAX || Number(others!.size) + text.length > TOTAL_BYTES)
            throw new AppError(
              "INVALID_INPUT",
              `A plugin may keep ${VALUES_MAX} values of ${TOTAL_BYTES} bytes together: delete some first`,
            );
          await tx.run(
            `INSERT INTO plugin_value (plugin, key, value, updated_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (plugin, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
            [plugin, key, text, Date.now()],
          );
        });
      },
      async delete(plugin: string, key: string): Promise<void> {
        await db().run("DELETE FROM plugin_value WHERE plugin = $1 AND key = $2", [plugin, key]);
      },
      async keys(plugin: string): Promise<string[]> {
        const rows = await db().all<{ key: string }>("SELECT key FROM plugin_value WHERE plugin = $1 ORDER BY key", [
          plugin,
        ]);
        return rows.map((row) => row.key);
      },
    },
  };
}
export type PluginStore = ReturnType<typeof createPluginStore>;
