/** Keeps addresses that were replaced or switched off since a backup from working again after it is restored. */
import type { Queries } from "@/lib/core/db";
import { ownedRows } from "@/lib/identity/teams";
import type { HookRow } from "./store.rows";

/** The part of an incoming webhook that decides which requests and messages it takes. */
export type HookAccess = Pick<
  HookRow,
  "id" | "token_hash" | "signature" | "secret" | "source" | "source_hint" | "paused" | "acts_as"
>;

const COLUMNS = ["id", "token_hash", "signature", "secret", "source", "source_hint", "paused", "acts_as"] as const;

export const readHooks = (present: Queries): Promise<HookAccess[]> =>
  present.selectFrom("incoming_webhook").select(COLUMNS).execute();

/**
 * Gives each webhook of a backup the address, the secret and the state that it has at present. Those that were deleted since
 * are paused, and their addresses do not work until they are replaced.
 *
 * @returns the names of the webhooks that change
 */
export async function keepHooks(staged: Queries, present: readonly HookAccess[]): Promise<string[]> {
  const known = new Map(present.map((hook) => [hook.id, hook]));
  const changed: string[] = [];
  for (const row of await staged
    .selectFrom("incoming_webhook")
    .select([...COLUMNS, "name"])
    .execute()) {
    const { name, ...stored } = row;
    const now = known.get(row.id) ?? { ...stored, token_hash: `ended:${row.id}`, paused: 1 };
    const { id: _id, ...columns } = now;
    if (Object.entries(columns).every(([key, value]) => row[key as keyof typeof columns] === value)) continue;
    await staged.updateTable("incoming_webhook").set(columns).where("id", "=", row.id).execute();
    changed.push(name);
  }
  return changed;
}

/** Deletes the webhooks of a person whose account was deleted. */
export const eraseHooks = (queries: Queries, userId: number): Promise<void> =>
  ownedRows("incoming_webhook").erase(queries, userId);
