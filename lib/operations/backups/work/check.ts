/** Unpacks and checks an archive without touching live data. */
import { AppError } from "@/lib/core/errors";
import { unpack } from "@/lib/operations/backups/archive/unpack";
import type { Verdict } from "@/lib/operations/backups/contract";
import { readIndex } from "@/lib/operations/backups/downloads";
import type { Lock } from "@/lib/operations/backups/lock";
import type { WorkDeps } from "./deps";

/** Unpacks and checks an archive in a separate folder, without touching live data. */
export async function stage({ store, disk, keyId }: WorkDeps, held: Lock, path: string, whole: boolean) {
  const folder = await disk.workplace();
  held.report({ phase: "Checking the archive", share: 0 });
  const found = await unpack(path, folder, {
    keep: (name) => whole || name.startsWith("database/"),
    room: await disk.room(),
    progress: (share) => held.report({ share: Math.min(1, share) }),
  });
  const database = store.database();
  const { manifest } = found;
  if (manifest.provider !== database.provider)
    throw new AppError(
      "INVALID_INPUT",
      `filename: this backup is of ${manifest.provider}, and this server runs on ${database.provider}; restore it on a server of its kind`,
      { field: "filename" },
    );
  const index = whole ? await readIndex(folder) : null;
  held.report({ phase: "Checking the database", share: null });
  const staged = await database.stage(folder, manifest);
  const warnings =
    manifest.key_id === keyId()
      ? []
      : [
          "It was taken with another secret key: sealed values (bots' tokens for display, channel addresses, device keys) stay unreadable until that key is set as SECRET_KEY or put into secret.key. Bots and people sign in as before.",
        ];
  return { folder, database, found, staged, warnings, index };
}

/** Checks the whole archive at `path`. The answer says what is wrong with it. */
export async function check(deps: WorkDeps, held: Lock, filename: string, path: string): Promise<Verdict> {
  try {
    const { found, staged, warnings } = await stage(deps, held, path, false);
    await staged.discard?.();
    return {
      filename,
      ok: true,
      message: "All checksums match, and this version can restore the backup",
      manifest: found.manifest,
      files: found.names.length,
      bytes: found.bytes,
      pending_migrations: staged.migrated,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "INVALID_INPUT") throw error;
    const none = { manifest: null, files: 0, bytes: 0, pending_migrations: [], warnings: [] };
    return { filename, ok: false, message: error.message.replace(/^filename: /, ""), ...none };
  }
}
