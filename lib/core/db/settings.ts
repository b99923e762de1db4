/** Server-wide values that people edit, one row of `setting` each, with the version that their last change gave them. */
import { query } from "./query";

export type Setting = { value: string | undefined; version: number };

/** A setting that was never changed has no value, and version 0. */
export async function readSetting(key: string): Promise<Setting> {
  const row = await query()
    .selectFrom("setting")
    .select(["value", "version"])
    .where("key", "=", key)
    .executeTakeFirst();
  return row ?? { value: undefined, version: 0 };
}

/**
 * Replaces a setting with what `change` makes of the stored one. When another change comes between, `change` is asked
 * again, so that a partial change never takes back another's fields.
 *
 * @param expected  the version that must be stored still
 * @returns undefined, and nothing is changed, when another version is stored
 */
export async function changeSetting(
  key: string,
  change: (stored: string | undefined) => string,
  expected?: number,
): Promise<Setting | undefined> {
  for (;;) {
    const { value: stored, version } = await readSetting(key);
    if (expected !== undefined && version !== expected) return undefined;
    const next = { value: change(stored), version: version + 1 };
    const changed =
      stored === undefined
        ? await query()
            .insertInto("setting")
            .values({ key, ...next })
            .onConflict((known) => known.column("key").doNothing())
            .returning("key")
            .execute()
        : await query()
            .updateTable("setting")
            .set(next)
            .where("key", "=", key)
            .where("version", "=", version)
            .returning("key")
            .execute();
    if (changed.length > 0) return next;
  }
}
