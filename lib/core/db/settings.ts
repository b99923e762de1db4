/** Server-wide values that people edit, one row of `setting` each, with the version that their last change gave them. */
import { type Queries, query } from "./query";

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
 * Replaces a setting with the result of `change`, which gets the stored value. If another change is stored meanwhile,
 * `change` is called again, so that a partial change never reverts the other one.
 *
 * @param expected the version that must be stored still
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

/**
 * A value that a room keeps for itself, such as a mark or a key pair, in the row of `setting` with this key. Each function
 * takes the statements of a transaction that is under way, or commits by itself.
 */
export function createRoomSetting(key: string) {
  const find = (queries: Queries) => queries.selectFrom("setting").select("value").where("key", "=", key);
  return {
    async read(queries = query()): Promise<string | null> {
      return (await find(queries).executeTakeFirst())?.value ?? null;
    },

    async write(value: string, queries = query()): Promise<void> {
      await queries
        .insertInto("setting")
        .values({ key, value })
        .onConflict((known) => known.column("key").doUpdateSet({ value }))
        .execute();
    },

    /** The stored value. Stores what `make` gives if there is none; processes that do so at once all get the same. */
    async readOrMake(make: () => string, queries = query()): Promise<string> {
      const known = await find(queries).executeTakeFirst();
      if (known) return known.value;
      await queries
        .insertInto("setting")
        .values({ key, value: make() })
        .onConflict((other) => other.column("key").doNothing())
        .execute();
      return (await find(queries).executeTakeFirstOrThrow()).value;
    },

    /** @returns false, and nothing is changed, unless `expected` is the stored value */
    async replace(expected: string, value: string, queries = query()): Promise<boolean> {
      const { numUpdatedRows } = await queries
        .updateTable("setting")
        .set({ value })
        .where("key", "=", key)
        .where("value", "=", expected)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** @returns whether a value was removed. With `expected`, another value stays. */
    async remove(expected?: string, queries = query()): Promise<boolean> {
      const { numDeletedRows } = await queries
        .deleteFrom("setting")
        .where("key", "=", key)
        .$if(expected !== undefined, (rows) => rows.where("value", "=", expected!))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
