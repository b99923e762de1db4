/** Sections and their history. Of a section only what differs from the defaults is stored. */

import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { type ConfigChange, HISTORY_MAX, type SectionName } from "./contract";

type Values = Record<string, unknown>;
export type StoredSection = { section: SectionName; value: Values; version: number };
/** One section's next version. `before` is the version it was made from. */
export type SectionWrite = { section: SectionName; value: Values; before: number; change: ConfigChange };

type ChangeRow = {
  version: number;
  action: ConfigChange["action"];
  undoes: number | null;
  changes: string;
  by_id: number | null;
  by_name: string;
  at: number;
};
const CHANGE = "version, action, undoes, changes, by_id, by_name, at";
const toChange = ({ changes, by_id, by_name, at, ...row }: ChangeRow): ConfigChange => ({
  ...row,
  changes: readJson(changes),
  by: { user_id: by_id, username: by_name },
  at: iso(Number(at)),
});

class Raced extends Error {}

export function createConfigStore() {
  return {
    /** Sections that were ever changed; the others have version 0 and their defaults. */
    async all(): Promise<StoredSection[]> {
      const rows = await db().all<{ section: SectionName; value: string; version: number }>(
        "SELECT section, value, version FROM config_section",
      );
      return rows.map((row) => ({ ...row, value: readJson(row.value) }));
    },

    /** All writes or none. @returns false when one of the sections is not at its `before` version any more */
    async write(writes: readonly SectionWrite[]): Promise<boolean> {
      try {
        await db().write(async (tx) => {
          for (const { section, value, before, change } of writes) {
            const at = Date.parse(change.at);
            const values = [section, JSON.stringify(value), change.version, at];
            const done =
              before === 0
                ? await tx.run(
                    "INSERT INTO config_section (section, value, version, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    values,
                  )
                : await tx.run(
                    "UPDATE config_section SET value = $2, version = $3, updated_at = $4 WHERE section = $1 AND version = $5",
                    [...values, before],
                  );
            if (done === 0) throw new Raced();
            await tx.run(`INSERT INTO config_change (section, ${CHANGE}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, [
              section,
              change.version,
              change.action,
              change.undoes,
              JSON.stringify(change.changes),
              change.by.user_id,
              change.by.username,
              at,
            ]);
            await tx.run("DELETE FROM config_change WHERE section = $1 AND version <= $2", [
              section,
              change.version - HISTORY_MAX,
            ]);
          }
        });
        return true;
      } catch (error) {
        if (error instanceof Raced) return false;
        throw error;
      }
    },

    /** Newest first; those older than version `before`. */
    async history(section: SectionName, limit: number, before = 2 ** 31 - 1): Promise<ConfigChange[]> {
      const rows = await db().all<ChangeRow>(
        `SELECT ${CHANGE} FROM config_change WHERE section = $1 AND version < $2 ORDER BY version DESC LIMIT $3`,
        [section, before, limit],
      );
      return rows.map(toChange);
    },

    async change(section: SectionName, version: number): Promise<ConfigChange | null> {
      const [row] = await db().all<ChangeRow>(
        `SELECT ${CHANGE} FROM config_change WHERE section = $1 AND version = $2`,
        [section, version],
      );
      return row ? toChange(row) : null;
    },

    async isAdmin(userId: number): Promise<boolean> {
      const rows = await db().all(`SELECT id FROM "user" WHERE id = $1 AND role = 'admin' AND is_active`, [userId]);
      return rows.length > 0;
    },
  };
}

export type ConfigStore = ReturnType<typeof createConfigStore>;
