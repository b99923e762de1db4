/** Measures the tables of the database and the folders of DATA_DIR, for the report of what takes room on the disk. */
import { existsSync } from "node:fs";
import { lstat, readdir, stat, statfs } from "node:fs/promises";
import { join, sep } from "node:path";
import { db, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { sizeText } from "@/lib/core/format/units";

export type DiskReport = {
  database: {
    provider: "sqlite" | "postgresql";
    bytes: number;
    /** With their indexes, the largest first. */
    tables: { name: string; bytes: number }[];
    /** Room in the file of SQLite that the next rows take; a file never shrinks by itself. */
    reusable_bytes: number;
  };
  folders: { path: string; bytes: number; files: number }[];
  /** Room that is left where DATA_DIR is. */
  free_bytes: number;
};

/** SQLite names the pages of each table and index; an index counts towards its table. */
const SQLITE = `SELECT coalesce(of.tbl_name, pages.name) AS name, sum(pages.pgsize) AS bytes
  FROM dbstat AS pages LEFT JOIN sqlite_schema AS of ON of.name = pages.name
  WHERE pages.aggregate = 1 GROUP BY 1 ORDER BY 2 DESC`;
const POSTGRESQL = `SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class
  WHERE relkind IN ('r', 'm') AND relnamespace = current_schema()::regnamespace ORDER BY 2 DESC`;

async function databaseSize(): Promise<DiskReport["database"]> {
  const isSqlite = db().provider === "sqlite";
  const tables = await db().all<{ name: string; bytes: number }>(isSqlite ? SQLITE : POSTGRESQL);
  const named = tables.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }));
  if (!isSqlite) {
    const [whole] = await db().all<{ bytes: number }>("SELECT pg_database_size(current_database())::float8 AS bytes");
    return { provider: "postgresql", bytes: Number(whole!.bytes), tables: named, reusable_bytes: 0 };
  }
  const sizes = ["", "-wal", "-shm"].map((end) => sqliteFile() + end).filter((file) => existsSync(file));
  const bytes = (await Promise.all(sizes.map(async (file) => (await stat(file)).size))).reduce((sum, one) => sum + one);
  const [free] = await db().all<{ bytes: number }>(
    "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count(), pragma_page_size()",
  );
  return { provider: "sqlite", bytes, tables: named, reusable_bytes: Number(free!.bytes) };
}

/** Adds up the files of a folder. A file that goes away meanwhile is left out, and links are not followed. */
async function folderSize(path: string): Promise<DiskReport["folders"][number]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  let [bytes, files] = [0, 0];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    if (!found) continue;
    bytes += found.size;
    files++;
  }
  return { path, bytes, files };
}

export async function diskReport(): Promise<DiskReport> {
  const inside = (await readdir(env.DATA_DIR, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(env.DATA_DIR, name));
  const elsewhere = [env.DOWNLOAD_DIR, env.PLUGINS_DIR].filter(
    (path) => path && existsSync(path) && !path.startsWith(env.DATA_DIR + sep),
  ) as string[];
  const folders = await Promise.all([...inside, ...elsewhere].map(folderSize));
  const { bavail, bsize } = await statfs(env.DATA_DIR);
  return {
    database: await databaseSize(),
    folders: folders.sort((a, b) => b.bytes - a.bytes),
    free_bytes: bavail * bsize,
  };
}

/** The report as people read it. Tables of less than a hundredth of the database are one line. */
export function diskText({ database, folders, free_bytes }: DiskReport): string {
  const line = (bytes: number, name: string) => `${sizeText(bytes).padStart(10)}  ${name}`;
  const shown = database.tables.filter(({ bytes }) => bytes >= database.bytes / 100);
  const others = database.tables.slice(shown.length);
  const rest = others.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    line(database.bytes, `database (${database.provider})`),
    ...shown.map(({ name, bytes }) => line(bytes, `  ${name}`)),
    ...(others.length > 0 ? [line(rest, `  ${others.length} smaller tables`)] : []),
    ...(database.reusable_bytes > 0 ? [line(database.reusable_bytes, "  room for new rows")] : []),
    ...folders.map(({ path, bytes, files }) => line(bytes, `${path} (${files} files)`)),
    line(free_bytes, `free in ${env.DATA_DIR}`),
  ].join("\n");
}
