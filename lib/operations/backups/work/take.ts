/** Takes a backup: copies the database, then packs it with the files that the copy refers to. */
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { iso } from "@/lib/core/clock";
import { pack } from "@/lib/operations/backups/archive/pack";
import type { Backup, Manifest, Sizes } from "@/lib/operations/backups/contract";
import { attachments } from "@/lib/operations/backups/disk";
import { downloadedFiles, INDEX } from "@/lib/operations/backups/downloads";
import type { Lock } from "@/lib/operations/backups/lock";
import type { WorkDeps } from "./deps";

export type Wanted = Pick<Manifest, "name" | "description"> & { include_downloads?: boolean };
export type Reason = Pick<Manifest, "reason">;
type Folders = Pick<WorkDeps, "attachmentsDir" | "downloadsDir">;

/** Returns the sizes of the files that a backup taken now would contain. */
export async function fileSizes({ attachmentsDir, downloadsDir }: Folders): Promise<Omit<Sizes, "database">> {
  const found = { attachments: 0, downloads: 0 };
  for await (const { path } of attachments(attachmentsDir))
    found.attachments += await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
  for await (const { bytes } of downloadedFiles(downloadsDir)) found.downloads += bytes;
  return found;
}

/** Writes the index of downloads into `folder`. @returns the files' paths below the folder of downloads */
async function writeIndex(folder: string, downloadsDir: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { path } of downloadedFiles(downloadsDir)) files.push(path);
  await writeFile(join(folder, INDEX), JSON.stringify({ root: downloadsDir, files }), { mode: 0o600 });
  return files;
}

/**
 * Yields the archive's files in order. The database was copied first, so each file it refers to exists by now, or was
 * deleted since.
 */
async function* sourcesOf(
  { attachmentsDir, downloadsDir }: Folders,
  folder: string,
  copies: { name: string; path: string }[],
  downloads: string[] | undefined,
) {
  yield* copies;
  yield* attachments(attachmentsDir);
  if (!downloads) return;
  yield { name: INDEX, path: join(folder, INDEX) };
  for (const [at, path] of downloads.entries()) yield { name: `downloads/${at}`, path: join(downloadsDir, path) };
}

export async function take(
  deps: WorkDeps,
  held: Lock,
  { include_downloads = false, ...wanted }: Wanted & Reason,
): Promise<Backup> {
  const { store, disk, emit, now, version, keyId } = deps;
  const at = now();
  const filename = await disk.freeName(wanted.name, at);
  held.report({ filename, phase: "Copying the database", share: null });
  const folder = await disk.workplace();
  const database = store.database();
  const { tables, migrations, sources } = await database.copy(folder);
  const manifest: Manifest = {
    ...{ format: 1, ...wanted, created_at: iso(at), version, provider: database.provider },
    ...{ migrations, tables, include_downloads, key_id: keyId() },
  };
  const downloads = include_downloads ? await writeIndex(folder, deps.downloadsDir) : undefined;
  const files = await fileSizes(deps);
  const copies = await Promise.all(sources.map(({ path }) => stat(path)));
  const total = copies.reduce(
    (sum, { size }) => sum + size,
    files.attachments + (include_downloads ? files.downloads : 0),
  );
  held.report({ phase: "Packing", share: 0 });
  const draft = disk.draft();
  await pack(draft, manifest, sourcesOf(deps, folder, sources, downloads), (done) =>
    held.report({ share: Math.min(1, done / Math.max(1, total)) }),
  );
  await rm(folder, { recursive: true, force: true });
  await disk.keep(draft, filename);
  const backup = await disk.read(filename);
  if (backup?.status !== "completed") throw new Error("the archive could not be read again");
  emit("backup.completed", { backup });
  return backup;
}
