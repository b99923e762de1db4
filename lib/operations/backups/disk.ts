/** The folder of backups, DATA_DIR/backups (0700): archives under their names, and the workspace (workspace.ts). */
import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { sizeText } from "@/lib/core/format/units";
import { peek } from "./archive/reader";
import { type Backup, FILENAME, type Manifest } from "./contract";
import { createWorkspace } from "./workspace";

/** Converts `at` (epoch ms) to the form used in a filename, and back: YYYYMMDD_HHMMSS in UTC. */
const stampOf = (at: number): string => new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
function timeOf(filename: string): string | null {
  const [, y, mo, d, h, mi, s] = /_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)\.tar\.gz$/.exec(filename) ?? [];
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

export function createBackupDisk(folder: string) {
  const workspace = createWorkspace(folder);
  const known = new Map<string, { key: string; manifest: Manifest | null }>();
  const pathOf = (filename: string) => join(folder, filename);

  async function read(filename: string): Promise<Backup | null> {
    const found = await stat(pathOf(filename)).catch(() => null);
    if (!found?.isFile()) return null;
    const key = `${found.size} ${found.mtimeMs}`;
    let entry = known.get(filename);
    if (entry?.key !== key) {
      entry = { key, manifest: await peek(pathOf(filename)) };
      known.set(filename, entry);
    }
    const { manifest } = entry;
    return {
      filename,
      size: sizeText(found.size),
      size_bytes: found.size,
      timestamp: manifest?.created_at ?? timeOf(filename) ?? found.mtime.toISOString(),
      description: manifest?.description ?? "",
      status: manifest ? "completed" : "corrupt",
      reason: workspace.isUpload(filename) ? "uploaded" : (manifest?.reason ?? null),
      version: manifest?.version ?? null,
      provider: manifest?.provider ?? null,
      include_downloads: manifest?.include_downloads ?? null,
      rows: manifest ? Object.values(manifest.tables).reduce((sum, rows) => sum + rows, 0) : null,
    };
  }

  return {
    ...workspace,
    folder,
    pathOf,
    read,
    ready: () => mkdir(folder, { recursive: true, mode: 0o700 }),

    /** Lists backups, newest first. */
    async list(): Promise<Backup[]> {
      const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => FILENAME.test(name));
      for (const name of known.keys()) if (!names.includes(name)) known.delete(name);
      const backups = (await Promise.all(names.map(read))).filter((one) => one !== null);
      return backups.sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
    },

    /** Returns a free name for a backup taken at `at`: if the name of that second is taken, the next second is used. */
    async freeName(name: string, at: number): Promise<string> {
      for (let time = at; ; time += 1000) {
        const filename = `${name}_${stampOf(time)}.tar.gz`;
        if (!(await stat(pathOf(filename)).catch(() => null))) return filename;
      }
    },

    async remove(filename: string): Promise<void> {
      known.delete(filename);
      await rm(pathOf(filename), { force: true });
      await workspace.unmark(filename);
    },

    /** Streams the bytes from `start` to `end` inclusive. The file is opened when the stream is read. */
    async *stream(filename: string, start: number, end: number): AsyncGenerator<Uint8Array> {
      if (end >= start) yield* createReadStream(pathOf(filename), { start, end });
    },
  };
}
export type BackupDisk = ReturnType<typeof createBackupDisk>;

/** Yields attachments as sources of an archive, a folder at a time. */
export async function* attachments(folder: string): AsyncGenerator<{ name: string; path: string }> {
  for (const part of (await readdir(folder).catch(() => [] as string[])).sort()) {
    if (!/^[0-9a-f]{2}$/.test(part)) continue;
    for (const file of (await readdir(join(folder, part)).catch(() => [] as string[])).sort())
      if (/^[0-9a-f]{32}$/.test(file)) yield { name: `attachments/${part}/${file}`, path: join(folder, part, file) };
  }
}
