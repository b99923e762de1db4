/** Backups are taken and restored on both databases, while others write and in other places. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { db, disconnect, disconnectPrisma, ingest, migrate, prisma } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { backupRoom, count, entriesOf, setting, temporaryFolder } from "@/tests/backups";
import { databases } from "@/tests/db/databases";
import { insertLogs } from "@/tests/db/logs";
import { surplus } from "./schedule";

describe.each(databases)("backups on $provider", (kind) => {
  const { provider, open, openEmpty } = kind;
  const { facts, make, use, database, data, clock, room, take, attach } = backupRoom(kind);
  const addLog = ingest.register("backup.test.log", insertLogs);

  it("copies a database that is written to, and an empty server becomes it", async () => {
    const client = await prisma();
    await client.user.create({
      data: { username: "ünï 🤖", email: "a@b.c", fullname: "line\u2028 'x'\n\"", createdAt: 0 },
    });
    await setting("kept", "1");
    attach("ab".padEnd(32, "0"), "first");
    attach("cd".padEnd(32, "1"), "");
    let running = true;
    const pending: Promise<unknown>[] = [];
    const writer = (async () => {
      for (let n = 0; running; n++) {
        const stored = addLog({ message: `under load ${n}` });
        pending.push(stored);
        // The queue of writes is bounded: on a busy machine, a writer that never waits would be refused.
        if (n % 1000 === 999) await stored;
        else await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await expect.poll(() => pending.length).toBeGreaterThan(100);
    await pending[0];
    const backup = await take("pre_update_backup");
    running = false;
    await writer;
    await Promise.all(pending);
    expect(backup).toMatchObject({ status: "completed", description: "d", provider, reason: "manual" });
    expect(backup.filename).toMatch(/^pre_update_backup_20260301_0230\d\d\.tar\.gz$/);
    expect(statSync(room().disk.pathOf(backup.filename)).mode & 0o777).toBe(0o600);
    const entries = await entriesOf(room().disk.pathOf(backup.filename));
    const manifest = JSON.parse(entries[0]!.data!.toString());
    expect(manifest.tables.log).toBeGreaterThan(0);
    expect(entries.some(({ data: bytes }) => bytes!.includes("secret.key"))).toBe(false);

    const verdict = await room().work.verify(backup.filename);
    expect(verdict).toMatchObject({ ok: true, warnings: [], pending_migrations: [] });

    const empty = await open();
    const elsewhere = temporaryFolder();
    try {
      await use(empty.url);
      const other = make(elsewhere, "another key");
      mkdirSync(join(elsewhere, "backups"));
      writeFileSync(join(elsewhere, "backups", backup.filename), readFileSync(room().disk.pathOf(backup.filename)));
      const restored = await other.work.restore(backup.filename, { safety: false });
      expect(restored.warnings).toHaveLength(1);
      for (const [table, rows] of Object.entries<number>(manifest.tables))
        if (!table.startsWith("_")) expect([table, await count(table)]).toEqual([table, rows]);
      expect(await (await prisma()).user.findFirst()).toMatchObject({
        username: "ünï 🤖",
        fullname: "line\u2028 'x'\n\"",
      });
      // New rows go on after the old ones.
      await (await prisma()).user.create({ data: { username: "next", email: "n@b.c", createdAt: 0 } });
      expect(readFileSync(join(elsewhere, "attachments/ab", "ab".padEnd(32, "0")), "utf8")).toBe("first");
      expect(readFileSync(join(elsewhere, "attachments/cd", "cd".padEnd(32, "1")), "utf8")).toBe("");
    } finally {
      await use(database().url);
      await empty.close();
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it("takes downloads along where they are wanted, and puts back those that are gone, wherever the folder is now", async () => {
    const downloads = join(data(), "downloads");
    const id = "task_0123456789abcdef";
    const odd = `${"ü".repeat(120)} 🤖.bin`;
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(downloads, path)), { recursive: true });
      writeFileSync(join(downloads, path), text);
    };
    write(`${id}/${odd}`, "odd");
    write(`inner/${id}/a folder/part.001`, "of a torrent");
    write(`${id}/.unfinished`, "under way");
    write("not of a transfer.txt", "anybody's");
    const client = await prisma();
    const { id: owner } = await client.user.create({ data: { username: "owner", email: "o@b.c", createdAt: 0 } });
    await db().run(
      `INSERT INTO transfer (id, owner_id, kind, url, status, phase, destination, dir, downloaded, uploaded, spent, state,
         files, attempts, connections, created_at, due_at) VALUES ($1, $3, 'http', 'u', 'completed', 'fetch', 'local', $2,
         0, 0, 0, '{}', '[]', 1, 1, 0, 0)`,
      [id, downloads, owner],
    );
    expect(await room().work.fileSizes()).toEqual({ attachments: 0, downloads: 15 });
    const without = await take();
    expect(without.include_downloads).toBe(false);
    const entries = await entriesOf(room().disk.pathOf(without.filename));
    expect(entries.filter(({ name }) => name.startsWith("downloads"))).toEqual([]);

    const wanted = { name: "whole", description: "", reason: "manual", include_downloads: true } as const;
    const backup = await room().work.create(wanted);
    expect(backup.include_downloads).toBe(true);
    expect((await room().work.verify(backup.filename)).ok).toBe(true);
    rmSync(downloads, { recursive: true });
    write(`${id}/${odd}`, "odd");
    const changed = statSync(join(downloads, id, odd)).ino;
    write(`${id}/made since`, "stays");
    await room().work.restore(backup.filename);
    expect(statSync(join(downloads, id, odd)).ino).toBe(changed);
    expect(readFileSync(join(downloads, `inner/${id}/a folder/part.001`), "utf8")).toBe("of a torrent");
    expect(readFileSync(join(downloads, id, "made since"), "utf8")).toBe("stays");
    expect(readdirSync(downloads).sort()).toEqual(["inner", id]);

    const elsewhere = temporaryFolder();
    try {
      const other = make(elsewhere);
      mkdirSync(join(elsewhere, "backups"));
      writeFileSync(join(elsewhere, "backups", backup.filename), readFileSync(room().disk.pathOf(backup.filename)));
      await other.work.restore(backup.filename, { safety: false });
      expect(readFileSync(join(elsewhere, "downloads", id, odd), "utf8")).toBe("odd");
      expect(await db().all("SELECT dir FROM transfer")).toEqual([{ dir: join(elsewhere, "downloads") }]);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it("takes the state it replaces with it, so that a restore can be undone", async () => {
    await setting("first");
    const old = attach("ab".padEnd(32, "0"), "old");
    const backup = await take();
    await setting("second");
    rmSync(old);
    const young = attach("ef".padEnd(32, "2"), "young");
    const { safety_backup } = await room().work.restore(backup.filename);
    expect(facts).toEqual(expect.arrayContaining(["pause", "resume", "backup.restored"]));
    expect(await db().all("SELECT key FROM setting ORDER BY key")).toMatchObject([{ key: "first" }]);
    expect(await (await prisma()).setting.count()).toBe(1);
    expect(readFileSync(old, "utf8")).toBe("old");
    expect(() => statSync(young)).toThrow();
    await setting("written after it");
    await room().work.restore(safety_backup!);
    expect(await db().all("SELECT key FROM setting ORDER BY key")).toMatchObject([{ key: "first" }, { key: "second" }]);
    expect(readFileSync(young, "utf8")).toBe("young");
    // Nothing of the work stays behind.
    expect(readdirSync(room().disk.folder).filter((name) => name.startsWith("."))).toEqual([".lock"]);
  });

  it("brings a backup of an older version up to date", async () => {
    const older = await openEmpty();
    const newest = (await room().disk.list()).length;
    expect(newest).toBe(0);
    try {
      const folder = join(data(), "older");
      const all = readdirSync(`prisma/migrations/${provider}`)
        .filter((name) => !name.endsWith(".toml"))
        .sort();
      const wanted = all.slice(0, 3);
      for (const name of wanted) {
        mkdirSync(join(folder, name), { recursive: true });
        writeFileSync(
          join(folder, name, "migration.sql"),
          readFileSync(`prisma/migrations/${provider}/${name}/migration.sql`),
        );
      }
      await migrate(older.url, folder);
      await older.run("INSERT INTO setting (key, value) VALUES ('of long ago', '1')");
      await disconnectPrisma();
      await disconnect();
      Object.assign(env, { DATABASE_URL: older.url });
      const backup = await take("old");
      await use(database().url);
      const verdict = await room().work.verify(backup.filename);
      expect(verdict).toMatchObject({ ok: true, pending_migrations: all.slice(3) });
      const { migrated } = await room().work.restore(backup.filename);
      expect(migrated).toEqual(all.slice(3));
      expect(await db().all("SELECT key FROM setting")).toMatchObject([{ key: "of long ago" }]);
      expect(await count("ticket")).toBe(0);
    } finally {
      await use(database().url);
      await older.close();
    }
  });

  it("keeps an upload that is a backup, and nothing else", async () => {
    const { filename } = await take();
    const content = readFileSync(room().disk.pathOf(filename));
    await room().disk.remove(filename);
    const arriving = async function* (bytes: Buffer) {
      yield bytes.subarray(0, 100);
      yield bytes.subarray(100);
    };
    await expect(room().work.upload(arriving(content.subarray(0, 900)))).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(await room().disk.list()).toEqual([]);
    expect(await room().work.upload(arriving(content))).toMatchObject({ status: "completed", provider });
    expect(await room().disk.list()).toHaveLength(1);
  });

  it("marks an upload, so that the schedule does not delete an uploaded daily backup as one of its own", async () => {
    const made = (await room().work.createDue({ name: "daily", description: "" }, new Date(clock()).toISOString()))!;
    const content = readFileSync(room().disk.pathOf(made.filename));
    const uploaded = await room().work.upload(
      (async function* () {
        yield content;
      })(),
    );
    expect(uploaded.reason).toBe("uploaded");
    const rules = { ...{ enabled: true, time: "02:30", timezone: "UTC", include_downloads: false }, keep_count: 1 };
    const muchLater = clock() + 400 * 86_400_000;
    expect(surplus(await room().disk.list(), { ...rules, keep_days: 1 }, muchLater)).toEqual([]);
    await room().disk.remove(uploaded.filename);
    expect(readdirSync(room().disk.folder).filter((name) => name.startsWith(".uploaded"))).toEqual([]);
  });

  it("takes what is due once, however many processes find it due", async () => {
    const wanted = { name: "daily", description: "" };
    const due = new Date(clock()).toISOString();
    const [one, other] = [room().work, make().work];
    for (let look = 0; look < 2; look++)
      await Promise.allSettled([one.createDue(wanted, due), other.createDue(wanted, due)]);
    expect(await other.createDue(wanted, due)).toBeUndefined();
    expect((await room().disk.list()).map(({ reason }) => reason)).toEqual(["scheduled"]);
  });

  it("does one thing at a time, over processes, and survives one that died", async () => {
    const results = await Promise.allSettled([
      take(),
      make().work.create({ name: "b", description: "", reason: "manual" }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "CONFLICT" } });
    mkdirSync(join(room().disk.folder, ".work-dead"));
    await take();
    expect(readdirSync(room().disk.folder).filter((name) => name.startsWith("."))).toEqual([".lock"]);
  });
});
