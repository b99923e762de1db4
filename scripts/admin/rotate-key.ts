/**
 * Replaces the server's key (decision 049): encrypts every value of the old key with the present one, row by row. A value
 * of the present key is left as it is, so a run that was killed is repeated. The server may run meanwhile.
 */
import { createRoomSetting, query, transaction } from "@/lib/core/db";
import { ENCRYPTED, type EncryptedColumn } from "./encrypted";

type Key = string | number;
/** `unreadable` values were sealed with neither key. */
export type Counted = { column: string; values: number; changed: number; unreadable: Key[] };

/** Rows that are read at a time. */
const SLICE_ROWS = 200;
/** A server that still seals with the old key would go on for ever. */
const MAX_PASSES = 5;

/** Returns the column's value with everything in it sealed again. @throws Error when neither key sealed it */
function resealed({ field }: EncryptedColumn, value: string, reseal: (sealed: string) => string): string {
  if (!field) return reseal(value);
  // Replaced in the text, because writing the JSON anew could change numbers in it.
  const values = new RegExp(`("${field}":\\s*")([\\w-]+)(?=")`, "g");
  return value.replace(values, (_, before: string, sealed: string) => before + reseal(sealed));
}

/** Reads the rows of a column in the order of their keys. */
async function* rowsOf({ table, key, column, row }: EncryptedColumn) {
  let after: Key | undefined;
  for (;;) {
    const rows = await query()
      .selectFrom(table as "bot")
      .select([`${key as "id"} as key`, `${column as "token_cipher"} as value`])
      .where(column as "token_cipher", "is not", null)
      .$if(row !== undefined, (found) => found.where(key as "id", "=", row!))
      .$if(after !== undefined, (found) => found.where(key as "id", ">", after as string))
      .orderBy(key as "id")
      .limit(SLICE_ROWS)
      .execute();
    yield rows;
    if (rows.length < SLICE_ROWS) return;
    after = rows.at(-1)!.key;
  }
}

/** Stores a value unless somebody has stored another one meanwhile, which the next pass finds. */
async function replace({ table, key, column }: EncryptedColumn, at: Key, before: string, next: string): Promise<void> {
  await query()
    .updateTable(table as "bot")
    .set({ [column]: next })
    .where(key as "id", "=", at as string)
    .where(column as "token_cipher", "=", before)
    .execute();
}

async function pass(column: EncryptedColumn, reseal: (sealed: string) => string, progress: () => void) {
  const counted: Counted = { column: `${column.table}.${column.column}`, values: 0, changed: 0, unreadable: [] };
  for await (const rows of rowsOf(column)) {
    for (const { key, value } of rows) {
      counted.values++;
      let next: string;
      try {
        next = resealed(column, value, reseal);
      } catch {
        counted.unreadable.push(key);
        continue;
      }
      if (next === value) continue;
      await replace(column, key, value, next);
      counted.changed++;
    }
    progress();
  }
  return counted;
}

/**
 * Encrypts all values of the old key with the present one, until a pass over all of them has read each back and found
 * nothing to change.
 *
 * @param progress is called after each slice
 * @throws Error when another process goes on storing values of the old key
 */
export async function rotateKey(reseal: (sealed: string) => string, progress = () => {}): Promise<Counted[]> {
  const total = new Map<EncryptedColumn, number>();
  for (let passes = 0; passes < MAX_PASSES; passes++) {
    const counts: Counted[] = [];
    let hasChanged = false;
    for (const column of ENCRYPTED) {
      const counted = await pass(column, reseal, progress);
      hasChanged ||= counted.changed > 0;
      total.set(column, (total.get(column) ?? 0) + counted.changed);
      counts.push({ ...counted, changed: total.get(column)! });
    }
    if (!hasChanged) return counts;
  }
  throw new Error(
    "a server still stores values of the old key: restart every process with both keys, then repeat this",
  );
}

/** The key for which recovery codes were removed last. */
const removedFor = createRoomSetting("rotated_key");

/**
 * Removes the recovery codes, of which only hashes of the old key are stored, so that no account shows codes that cannot
 * work. Does so once for a key: later codes are hashed with it.
 *
 * @param keyId names the present key without giving it away
 * @returns how many people had some
 */
export const removeRecoveryCodes = (keyId: string): Promise<number> =>
  transaction(async (trx) => {
    if ((await removedFor.read(trx)) === keyId) return 0;
    await removedFor.write(keyId, trx);
    const people = await trx.selectFrom("recovery_code").select("user_id").distinct().execute();
    await trx.deleteFrom("recovery_code").execute();
    return people.length;
  });

/** Returns how many status pages are shared by a link, which is computed from the key. */
export async function linkedStatusPages(): Promise<number> {
  const pages = await query().selectFrom("status_page").select("id").where("visibility", "=", "link").execute();
  return pages.length;
}
