/**
 * Taking, checking and restoring backups, without asking who wants it: service.ts asks that; the schedule and the command
 * line come here directly.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError, isDiskFull, unavailable } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { logger } from "@/lib/core/log/logger";
import { pack, unpack } from "./archive";
import type { Backup, Manifest, Restored, Sizes, Verdict, Work } from "./contract";
import { attachments, type BackupDisk } from "./disk";
import { downloadedFiles, INDEX, putBack, readIndex } from "./downloads";
import type { BackupLock, Lock } from "./lock";
import type { BackupStore } from "./store";
import { type PresentAccess, withdrawEndedAccess } from "./store.carryover";

type Deps = {
  store: BackupStore;
  disk: BackupDisk;
  lock: BackupLock;
  emit: Emit;
  now: Clock;
  version: string;
  /** Identifies this server's secret key. */
  keyId(): string;
  attachmentsDir: string;
  downloadsDir: string;
  /** Present while a swap is under way; found at a start, the swap is undone. */
  marker: string;
  /** Around the replacing: nothing is served and no job runs meanwhile. */
  host: { pause(): Promise<void>; resume(restored: boolean): Promise<void> };
};

type Wanted = Pick<Manifest, "name" | "description"> & { include_downloads?: boolean };
type Reason = Pick<Manifest, "reason">;

export function createBackupWork(deps: Deps) {
  const { store, disk, lock, emit, now, version, keyId, attachmentsDir, downloadsDir } = deps;

  /** Bytes of files that a backup taken now would pack. */
  async function fileSizes(): Promise<Omit<Sizes, "database">> {
    const found = { attachments: 0, downloads: 0 };
    for await (const { path } of attachments(attachmentsDir))
      found.attachments += await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
    for await (const { bytes } of downloadedFiles(downloadsDir)) found.downloads += bytes;
    return found;
  }

  /** Runs `work` under the lock; whatever it leaves in the folder goes. */
  async function alone<T>(
    kind: Work["kind"],
    filename: string,
    phase: string,
    work: (lock: Lock) => Promise<T>,
  ): Promise<T> {
    await disk.ready();
    const begun: Work = { kind, filename, phase, share: null, started_at: iso(now()) };
    const held = await lock
      .take(begun, (current) => emit("backup.progress", { work: current }))
      .catch((error) => Promise.reject(readable(error)));
    try {
      // While the marker exists, a restore is unfinished and its files lie among those that a sweep would remove.
      if (existsSync(deps.marker))
        throw new AppError("CONFLICT", "A restore was interrupted: start the server once to recover the previous data");
      await disk.sweep();
      return await work(held);
    } catch (error) {
      const known = readable(error);
      if (kind === "create" || kind === "restore")
        emit("backup.failed", { filename, reason: kind, error: (known as Error).message });
      throw known;
    } finally {
      if (!existsSync(deps.marker))
        await disk.sweep().catch((error) => logger.warn({ err: error }, "backups: what was left over stays"));
      await held.release();
      emit("backup.ended", { kind });
    }
  }

  async function take(held: Lock, { include_downloads = false, ...wanted }: Wanted & Reason): Promise<Backup> {
    const at = now();
    const filename = await disk.freeName(wanted.name, at);
    held.report({ filename, phase: "Copying the database", share: null });
    const folder = await disk.workplace();
    const database = store.database();
    const { tables, migrations, sources } = await database.copy(folder);
    const manifest: Manifest = {
      format: 1,
      ...wanted,
      created_at: iso(at),
      version,
      provider: database.provider,
      migrations,
      tables,
      include_downloads,
      key_id: keyId(),
    };
    const index: string[] = [];
    if (include_downloads) {
      for await (const { path } of downloadedFiles(downloadsDir)) index.push(path);
      await writeFile(join(folder, INDEX), JSON.stringify({ root: downloadsDir, files: index }), { mode: 0o600 });
    }
    const expected = await fileSizes();
    const copies = await Promise.all(sources.map(({ path }) => stat(path)));
    const total = copies.reduce(
      (sum, { size }) => sum + size,
      expected.attachments + (include_downloads ? expected.downloads : 0),
    );
    held.report({ phase: "Packing", share: 0 });
    const draft = disk.draft();
    async function* all() {
      yield* sources;
      // After the database's copy: every file it knows of is there, or was deleted since.
      yield* attachments(attachmentsDir);
      if (!include_downloads) return;
      yield { name: INDEX, path: join(folder, INDEX) };
      for (const [at, path] of index.entries()) yield { name: `downloads/${at}`, path: join(downloadsDir, path) };
    }
    await pack(draft, manifest, all(), (done) => held.report({ share: Math.min(1, done / Math.max(1, total)) }));
    await rm(folder, { recursive: true, force: true });
    await disk.keep(draft, filename);
    const backup = await disk.read(filename);
    if (backup?.status !== "completed") throw new Error("the archive could not be read again");
    emit("backup.completed", { backup });
    return backup;
  }

  /** @throws AppError CONFLICT another is under way, UNAVAILABLE no room on the disk */
  const create = (wanted: Wanted & Reason): Promise<Backup> =>
    alone("create", wanted.name, "Starting", (held) => take(held, wanted));

  /** The backup that was due at `due` (ISO), unless another process took it: looked at where only one can. */
  const createDue = (wanted: Wanted, due: string): Promise<Backup | undefined> =>
    alone("create", wanted.name, "Starting", async (held) => {
      const taken = (await disk.list()).some(({ reason, timestamp }) => reason === "scheduled" && timestamp >= due);
      return taken ? undefined : take(held, { ...wanted, reason: "scheduled" });
    });

  /** Unpacks and checks everything in a folder of its own; nothing live is touched. */
  async function stage(held: Lock, path: string, whole: boolean) {
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

  /** Checks the archive at `path` whole. What is wrong with it is in the answer. */
  async function check(held: Lock, filename: string, path: string): Promise<Verdict> {
    try {
      const { found, staged, warnings } = await stage(held, path, false);
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

  const verify = (filename: string): Promise<Verdict> =>
    alone("verify", filename, "Starting", (held) => check(held, filename, disk.pathOf(filename)));

  /** Keeps what arrives if it is a backup this version can restore. @throws AppError INVALID_INPUT saying what is wrong */
  const upload = (bytes: AsyncIterable<Uint8Array>): Promise<Backup> =>
    alone("upload", "a file", "Receiving", async (held) => {
      const draft = disk.draft();
      await disk.write(draft, bytes);
      const verdict = await check(held, "upload", draft);
      if (!verdict.ok || !verdict.manifest)
        throw new AppError("INVALID_INPUT", `file: ${verdict.message}`, { field: "file" });
      const { name, created_at } = verdict.manifest;
      const filename = await disk.freeName(name, Date.parse(created_at));
      await disk.keep(draft, filename);
      return (await disk.read(filename))!;
    });

  /**
   * Replaces the database and the attachments. Nothing is touched before the archive is checked whole and migrated in a
   * folder of its own and, where there is something to lose, a backup of the present state is taken.
   */
  const restore = (
    filename: string,
    { safety = true, sessionId }: { safety?: boolean; sessionId?: string } = {},
  ): Promise<Restored> =>
    alone("restore", filename, "Starting", async (held) => {
      const { folder, database, found, staged, warnings, index } = await stage(held, disk.pathOf(filename), true);
      const incoming = join(folder, "attachments");
      let before: Backup | null = null;
      let restored = false;
      try {
        await mkdir(incoming, { recursive: true, mode: 0o700 });
        await deps.host.pause();
        if (safety)
          before = await take(held, {
            name: "before_restore",
            description: `State before restoring ${filename}`,
            reason: "before_restore",
          });
        held.report({ filename, phase: "Replacing", share: null });
        const { present, problem } = await presentAccess(sessionId);
        if (problem) warnings.push(problem);
        warnings.push(...(await database.amend(folder, (sql) => withdrawEndedAccess(sql, present))));
        if (index) await putBack(folder, index, downloadsDir);
        await database.swap(folder, { live: attachmentsDir, staged: incoming }, deps.marker);
        restored = true;
        // The archive may come from a server with other folders: point its transfers to where their files are now.
        if (index && index.root !== downloadsDir) await store.moveDownloads(index.root, downloadsDir);
      } finally {
        if (!restored) await staged.discard?.().catch(() => {});
        await deps.host.resume(restored);
      }
      emit("backup.restored", { filename, safety_backup: before?.filename ?? null });
      return {
        success: true,
        message: `Restored to ${found.manifest.created_at}`,
        filename,
        safety_backup: before?.filename ?? null,
        migrated: staged.migrated,
        warnings,
      };
    });

  /** A database that is too damaged to read must not prevent its own restore. */
  async function presentAccess(sessionId: string | undefined): Promise<{ present?: PresentAccess; problem?: string }> {
    try {
      return { present: await store.presentAccess(sessionId) };
    } catch (error) {
      logger.warn({ err: error }, "backups: the present database could not be read before a restore");
      return {
        problem:
          "The present database could not be read: API keys, roles and accounts that were revoked since the backup are as they were in it. Check them.",
      };
    }
  }

  /** Undoes a swap that a crash cut off. Before the database is opened. */
  async function recover(undo: (marker: never) => void): Promise<void> {
    if (!existsSync(deps.marker)) return;
    logger.warn("a restore was cut off: the state before it is put back");
    undo(readJson(await readFile(deps.marker, "utf8")) as never);
    await rm(deps.marker, { force: true });
  }

  return { create, createDue, verify, upload, restore, recover, fileSizes };
}
export type BackupWork = ReturnType<typeof createBackupWork>;

/** A full disk and the like, in words; the rest as it is. */
function readable(error: unknown): unknown {
  if (isDiskFull(error) || /database or disk is full|disk I\/O error/.test(String((error as Error)?.message)))
    return unavailable("There is too little room on the disk; nothing was changed", 60);
  return error;
}
