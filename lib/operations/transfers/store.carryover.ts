/** Changes transfers when a backup is restored. */
import { type Queries, query, sql } from "@/lib/core/db";

/** Removes a person's transfers from a restored backup, because their account was deleted since. */
export async function eraseTransfers(staged: Queries, userId: number): Promise<void> {
  for (const table of ["contact", "transfer"] as const)
    await staged.deleteFrom(table).where("owner_id", "=", userId).execute();
}

/** Points transfers whose files were below `from` to the folder `to`. Absolute paths. */
export async function moveTransfers(from: string, to: string): Promise<void> {
  const beyond = sql<number>`length(cast(${from} as text)) + 1`;
  await query()
    .updateTable("transfer")
    .set({ dir: sql<string>`cast(${to} as text) || substr(dir, ${beyond})` })
    .where((eb) => eb.or([eb("dir", "=", from), eb(sql<string>`substr(dir, 1, ${beyond})`, "=", `${from}/`)]))
    .execute();
}
