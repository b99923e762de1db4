/** The room of backups on a real database and a folder of its own, and archives as its tests make and read them. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import tar from "tar-stream";
import { afterEach, beforeEach } from "vitest";
import { connect, db, disconnect, disconnectPrisma, ingest } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { createBackupDisk } from "@/lib/operations/backups/disk";
import { createLock } from "@/lib/operations/backups/lock";
import { createBackupStore } from "@/lib/operations/backups/store";
import { createBackupWork } from "@/lib/operations/backups/work";
import type { databases, TestDatabase } from "./db/databases";

export type Entry = {
  name: string;
  data?: Buffer;
  type?: "file" | "symlink" | "link" | "directory" | "character-device";
};

/** An archive's entries, as tar-stream reads them. */
export async function entriesOf(file: string): Promise<Entry[]> {
  const extract = tar.extract();
  const entries: Entry[] = [];
  extract.end(gunzipSync(readFileSync(file)));
  for await (const entry of extract) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push({ name: entry.header.name, data: Buffer.concat(chunks) });
  }
  return entries;
}

async function tarGz(entries: Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { name, data, type = "file" } of entries)
    pack.entry({ name, type, ...(type.endsWith("link") && { linkname: "/etc/passwd" }) }, data ?? Buffer.alloc(0));
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const sha = (data: Buffer) => createHash("sha256").update(data).digest("hex");
/** The entries with a list of checksums that fits them. */
export const summed = (entries: Entry[]): Entry[] => {
  const others = entries.filter(({ name }) => name !== "SHA256SUMS");
  const sums = others.map(({ name, data }) => `${sha(data ?? Buffer.alloc(0))}  ${name}\n`).join("");
  return [...others, { name: "SHA256SUMS", data: Buffer.from(sums) }];
};

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), "muster-backups-"));

/** Counts the rows of a table of the database in use. */
export const count = async (table: string) =>
  Number((await db().all<{ n: number }>(`SELECT count(*) AS n FROM "${table}"`))[0]!.n);
export const setting = (key: string, value = "") =>
  db().run("INSERT INTO setting (key, value) VALUES ($1, $2)", [key, value]);

/** Returns the room on a migrated database and an empty folder, new ones for each test. */
export function backupRoom({ provider, open }: (typeof databases)[number]) {
  const before = { DATABASE_URL: env.DATABASE_URL, provider: env.provider };
  const facts: string[] = [];
  let opened: TestDatabase;
  let folder: string;
  let at = Date.parse("2026-03-01T02:30:00Z");
  let room: ReturnType<typeof make>;

  function make(inside = folder, keyId = "key", database = createBackupStore().database) {
    const disk = createBackupDisk(join(inside, "backups"));
    const lock = createLock(join(inside, "backups"), Date.now);
    const work = createBackupWork({
      ...{ store: { ...createBackupStore(), database }, disk, lock, keyId: () => keyId },
      emit: (name) => void facts.push(name),
      now: () => {
        at += 1000;
        return at;
      },
      version: "1.2.3",
      attachmentsDir: join(inside, "attachments"),
      downloadsDir: join(inside, "downloads"),
      marker: join(inside, "backups/.restoring.json"),
      host: { pause: async () => void facts.push("pause"), resume: async () => void facts.push("resume") },
    });
    return { disk, lock, work };
  }

  /** Makes another database the one in use. */
  async function use(url: string): Promise<void> {
    await disconnectPrisma();
    await disconnect();
    Object.assign(env, { DATABASE_URL: url, provider });
    await connect();
  }

  beforeEach(async () => {
    opened = await open();
    folder = temporaryFolder();
    facts.length = 0;
    await use(opened.url);
    room = make();
  });
  afterEach(async () => {
    await ingest.drain();
    await disconnectPrisma();
    await disconnect();
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
    Object.assign(env, before);
  });

  return {
    ...{ facts, make, use },
    database: () => opened,
    data: () => folder,
    clock: () => at,
    room: () => room,
    take: (name = "backup") => room.work.create({ name, description: "d", reason: "manual" }),
    /** Stores the attachment of a ticket. @returns its path */
    attach(id: string, text: string): string {
      const path = join(folder, "attachments", id.slice(0, 2), id);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    /** Puts a forged archive among the backups. @returns its name */
    async forged(entries: Entry[] | Buffer): Promise<string> {
      const filename = await room.disk.freeName("forged", at);
      writeFileSync(room.disk.pathOf(filename), Buffer.isBuffer(entries) ? entries : await tarGz(entries));
      return filename;
    },
  };
}
