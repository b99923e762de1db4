/** Server-wide values that people edit, one row of `setting` each, with the version that their last change gave them. */
import { db } from "./client";

export type Setting = { value: string | undefined; version: number };

/** A setting that was never changed has no value, and version 0. */
export async function readSetting(key: string): Promise<Setting> {
  const [row] = await db().all<{ value: string; version: number }>(
    "SELECT value, version FROM setting WHERE key = $1",
    [key],
  );
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
    const value = change(stored);
    const changed =
      stored === undefined
        ? await db().run("INSERT INTO setting (key, value, version) VALUES ($1, $2, 1) ON CONFLICT (key) DO NOTHING", [
            key,
            value,
          ])
        : await db().run("UPDATE setting SET value = $2, version = version + 1 WHERE key = $1 AND version = $3", [
            key,
            value,
            version,
          ]);
    if (changed > 0) return { value, version: version + 1 };
  }
}
