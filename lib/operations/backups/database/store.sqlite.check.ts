/** Checks a SQLite file of a backup before it is put in place. */
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { migrate } from "@/lib/core/db";
import { cutText } from "@/lib/core/format/text";
import { refused } from "@/lib/operations/backups/archive/format";
import type { Manifest } from "@/lib/operations/backups/contract";
import { type Found, inThread } from "./store.sqlite.thread";
import type { Staged } from "./store.types";

/**
 * Checks the unpacked database in `folder` and migrates it to this version, without touching the live one.
 *
 * @throws AppError INVALID_INPUT saying why it cannot be restored
 */
export async function stage(folder: string, manifest: Manifest): Promise<Staged> {
  const file = join(folder, "database/muster.db");
  const damaged = (error: unknown) => refused(`its database cannot be read: ${(error as Error).message}`);
  const found = await inThread<Found & { integrity: string; orphans: number }>("check", { file }).catch((error) => {
    throw damaged(error);
  });
  if (found.integrity !== "ok") throw refused(`its database is damaged: ${cutText(found.integrity, 200)}`);
  if (found.orphans > 0) throw refused("rows of its database refer to rows that are missing");
  if (JSON.stringify(found.migrations) !== JSON.stringify([...manifest.migrations].sort()))
    throw refused("its database is of another version than its manifest says");
  for (const [table, rows] of Object.entries(manifest.tables))
    if (found.tables[table] !== rows) throw refused(`table ${table} has other rows than its manifest says`);
  const migrated = await migrate(`file:${file}`).catch((error) => {
    throw refused((error as Error).message);
  });
  await sameSchema(file, join(folder, "fresh.db"));
  return { migrated };
}

/**
 * Checks that the file's schema is exactly what our migrations create: a foreign file may contain harmful triggers and
 * views.
 */
async function sameSchema(file: string, fresh: string): Promise<void> {
  await migrate(`file:${fresh}`);
  const [given, made] = await Promise.all([
    inThread<string[]>("schema", { file }),
    inThread<string[]>("schema", { file: fresh }),
  ]);
  rmSync(fresh, { force: true });
  const known = new Set(made);
  const strange = given.find((line) => !known.has(line));
  if (strange || given.length !== made.length)
    throw refused(
      `${basename(file)} is not built as this version builds it${strange ? ` (${cutText(strange.split(" ").slice(0, 2).join(" "), 80)})` : ""}`,
    );
}
