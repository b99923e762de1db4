/** Sections and their history. Only values that differ from the defaults are stored. */

import { iso } from "@/lib/core/clock";
import { query, type Row, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { type ConfigChange, HISTORY_MAX, type SectionName } from "./contract";

type Values = Record<string, unknown>;
export type StoredSection = { section: SectionName; value: Values; version: number };
/** One section's next version. `before` is the version it was made from. */
type SectionWrite = { section: SectionName; value: Values; before: number; change: ConfigChange };

const CHANGE = ["version", "action", "undoes", "changes", "by_id", "by_name", "at"] as const;
type ChangeRow = Pick<Row<"config_change">, (typeof CHANGE)[number]>;
const toChange = ({ action, changes, by_id, by_name, at, ...row }: ChangeRow): ConfigChange => ({
  ...row,
  action: action as ConfigChange["action"],
  changes: readJson(changes),
  by: { user_id: by_id, username: by_name },
  at: iso(at),
});

class Raced extends Error {}

/** All writes or none. @returns false when one of the sections is not at its `before` version any more */
async function writeSections(writes: readonly SectionWrite[]): Promise<boolean> {
  try {
    await transaction(async (trx) => {
      for (const { section, value, before, change } of writes) {
        const at = Date.parse(change.at);
        const row = { value: JSON.stringify(value), version: change.version, updated_at: at };
        const written =
          before === 0
            ? await trx
                .insertInto("config_section")
                .values({ section, ...row })
                .onConflict((known) => known.doNothing())
                .returning("section")
                .execute()
            : await trx
                .updateTable("config_section")
                .set(row)
                .where("section", "=", section)
                .where("version", "=", before)
                .returning("section")
                .execute();
        if (written.length === 0) throw new Raced();
        await trx
          .insertInto("config_change")
          .values({
            ...{ section, version: change.version, action: change.action, undoes: change.undoes },
            ...{
              changes: JSON.stringify(change.changes),
              by_id: change.by.user_id,
              by_name: change.by.username,
              at,
            },
          })
          .execute();
        await trx
          .deleteFrom("config_change")
          .where("section", "=", section)
          .where("version", "<=", change.version - HISTORY_MAX)
          .execute();
      }
    });
    return true;
  } catch (error) {
    if (error instanceof Raced) return false;
    throw error;
  }
}

export function createConfigStore() {
  return {
    /** Sections that were ever changed; the others have version 0 and their defaults. */
    async all(): Promise<StoredSection[]> {
      const rows = await query().selectFrom("config_section").select(["section", "value", "version"]).execute();
      return rows.map((row) => ({ ...row, section: row.section as SectionName, value: readJson(row.value) }));
    },

    write: writeSections,
    /** Newest first; those older than version `before`. */
    async history(section: SectionName, limit: number, before = 2 ** 31 - 1): Promise<ConfigChange[]> {
      const rows = await query()
        .selectFrom("config_change")
        .select(CHANGE)
        .where("section", "=", section)
        .where("version", "<", before)
        .orderBy("version", "desc")
        .limit(limit)
        .execute();
      return rows.map(toChange);
    },

    async change(section: SectionName, version: number): Promise<ConfigChange | null> {
      const row = await query()
        .selectFrom("config_change")
        .select(CHANGE)
        .where("section", "=", section)
        .where("version", "=", version)
        .executeTakeFirst();
      return row ? toChange(row) : null;
    },
  };
}

export type ConfigStore = ReturnType<typeof createConfigStore>;
