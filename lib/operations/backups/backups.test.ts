import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import tar from "tar-stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect, db, disconnect, disconnectPrisma, ingest, migrate, prisma } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { maintenance } from "@/lib/core/maintenance";
import { accountStores } from "@/tests/accounts";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { insertLogs } from "@/tests/db/logs";
import { aStoredBot } from "@/tests/db/rooms";
import { pack } from "./archive";
import { createBackupDisk } from "./disk";
import { createHost } from "./host";
import { createLock } from "./lock";
import { createBackupSchedule, surplus } from "./schedule";
import { createBackupStore } from "./store";
import { recoverSwap } from "./store.sqlite";
import { createBackupWork } from "./work";

type Entry = { name: string; data?: Buffer; type?: "file" | "symlink" | "link" | "directory" | "character-device" };

/** An archive's entries, as tar-stream reads them. */
async function entriesOf(file: string): Promise<Entry[]> {
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
const summed = (entries: Entry[]): Entry[] => {
  const others = entries.filter(({ name }) => name !== "SHA256SUMS");
  const sums = others.map(({ name, data }) => `${sha(data ?? Buffer.alloc(0))}  ${name}\n`).join("");
  return [...others, { name: "SHA256SUMS", data: Buffer.from(sums) }];
};

describe.each(databases)("backups on $provider", ({ provider, open, openEmpty }) => {
  const before = { DATABASE_URL: env.DATABASE_URL, provider: env.provider };
  let database: TestDatabase;
  let data: string;
  let facts: string[];
  let clock = Date.parse("2026-03-01T02:30:00Z");
  let room: ReturnType<typeof make>;
  const addLog = ingest.register("backup.test.log", insertLogs);

  function make(folder = data, keyId = "key", database = createBackupStore().database) {
    const disk = createBackupDisk(join(folder, "backups"));
    const lock = createLock(join(folder, "backups"), Date.now);
    const work = createBackupWork({
      ...{ store: { ...createBackupStore(), database }, disk, lock, keyId: () => keyId },
      emit: (name) => void facts.push(name),
      now: () => {
        clock += 1000;
        return clock;
      },
      version: "1.2.3",
      attachmentsDir: join(folder, "attachments"),
      downloadsDir: join(folder, "downloads"),
      marker: join(folder, "backups/.restoring.json"),
      host: { pause: async () => void facts.push("pause"), resume: async () => void facts.push("resume") },
    });
    return { disk, lock, work };
  }
  const take = (name = "backup") => room.work.create({ name, description: "d", reason: "manual" });
  const count = async (table: string) =>
    Number((await db().all<{ n: number }>(`SELECT count(*) AS n FROM "${table}"`))[0]!.n);
  const setting = (key: string, value = "") =>
    db().run("INSERT INTO setting (key, value) VALUES ($1, $2)", [key, value]);
  function attach(id: string, text: string, folder = data) {
    const path = join(folder, "attachments", id.slice(0, 2), id);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }
  /** A forged archive among the backups. */
  async function forged(entries: Entry[]): Promise<string> {
    const filename = await room.disk.freeName("forged", clock);
    writeFileSync(room.disk.pathOf(filename), await tarGz(entries));
    return filename;
  }

  async function use(url: string) {
    await disconnectPrisma();
    await disconnect();
    Object.assign(env, { DATABASE_URL: url, provider });
    await connect();
  }

  beforeEach(async () => {
    database = await open();
    data = mkdtempSync(join(tmpdir(), "muster-backups-"));
    facts = [];
    await use(database.url);
    room = make();
  });
  afterEach(async () => {
    await ingest.drain();
    await disconnectPrisma();
    await disconnect();
    await database.close();
    rmSync(data, { recursive: true, force: true });
    Object.assign(env, before);
  });

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
    expect(statSync(room.disk.pathOf(backup.filename)).mode & 0o777).toBe(0o600);
    const entries = await entriesOf(room.disk.pathOf(backup.filename));
    const manifest = JSON.parse(entries[0]!.data!.toString());
    expect(manifest.tables.log).toBeGreaterThan(0);
    expect(entries.some(({ data: bytes }) => bytes!.includes("secret.key"))).toBe(false);

    const verdict = await room.work.verify(backup.filename);
    expect(verdict).toMatchObject({ ok: true, warnings: [], pending_migrations: [] });

    const empty = await open();
    const elsewhere = mkdtempSync(join(tmpdir(), "muster-backups-"));
    try {
      await use(empty.url);
      const other = make(elsewhere, "another key");
      mkdirSync(join(elsewhere, "backups"));
      writeFileSync(join(elsewhere, "backups", backup.filename), readFileSync(room.disk.pathOf(backup.filename)));
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
      await use(database.url);
      await empty.close();
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it("takes downloads along where they are wanted, and puts back those that are gone, wherever the folder is now", async () => {
    const downloads = join(data, "downloads");
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
    expect(await room.work.fileSizes()).toEqual({ attachments: 0, downloads: 15 });
    const without = await take();
    expect(without.include_downloads).toBe(false);
    const entries = await entriesOf(room.disk.pathOf(without.filename));
    expect(entries.filter(({ name }) => name.startsWith("downloads"))).toEqual([]);

    const wanted = { name: "whole", description: "", reason: "manual", include_downloads: true } as const;
    const backup = await room.work.create(wanted);
    expect(backup.include_downloads).toBe(true);
    expect((await room.work.verify(backup.filename)).ok).toBe(true);
    rmSync(downloads, { recursive: true });
    write(`${id}/${odd}`, "odd");
    const changed = statSync(join(downloads, id, odd)).ino;
    write(`${id}/made since`, "stays");
    await room.work.restore(backup.filename);
    expect(statSync(join(downloads, id, odd)).ino).toBe(changed);
    expect(readFileSync(join(downloads, `inner/${id}/a folder/part.001`), "utf8")).toBe("of a torrent");
    expect(readFileSync(join(downloads, id, "made since"), "utf8")).toBe("stays");
    expect(readdirSync(downloads).sort()).toEqual(["inner", id]);

    const elsewhere = mkdtempSync(join(tmpdir(), "muster-backups-"));
    try {
      const other = make(elsewhere);
      mkdirSync(join(elsewhere, "backups"));
      writeFileSync(join(elsewhere, "backups", backup.filename), readFileSync(room.disk.pathOf(backup.filename)));
      await other.work.restore(backup.filename, { safety: false });
      expect(readFileSync(join(elsewhere, "downloads", id, odd), "utf8")).toBe("odd");
      expect(await db().all("SELECT dir FROM transfer")).toEqual([{ dir: join(elsewhere, "downloads") }]);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it("refuses names of downloads that lead elsewhere", async () => {
    const { filename } = await room.work.create({
      ...{ name: "whole", description: "", reason: "manual", include_downloads: true },
    });
    const entries = await entriesOf(room.disk.pathOf(filename));
    const id = "task_0123456789abcdef";
    for (const path of [
      `../${id}/x`,
      `/etc/${id}/x`,
      `${id}/../../x`,
      `${id}/.hidden`,
      "elsewhere.txt",
      `${id}/a\u0000b`,
    ]) {
      const index = Buffer.from(JSON.stringify({ root: "/", files: [path] }));
      const forgery = entries.map((entry) => (entry.name === "downloads.json" ? { ...entry, data: index } : entry));
      const name = await forged(summed([...forgery, { name: "downloads/0", data: Buffer.from("x") }]));
      await expect(room.work.restore(name)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    expect(facts).not.toContain("backup.restored");
  });

  it("takes the state it replaces with it, so that a restore can be undone", async () => {
    await setting("first");
    const old = attach("ab".padEnd(32, "0"), "old");
    const backup = await take();
    await setting("second");
    rmSync(old);
    const young = attach("ef".padEnd(32, "2"), "young");
    const { safety_backup } = await room.work.restore(backup.filename);
    expect(facts).toEqual(expect.arrayContaining(["pause", "resume", "backup.restored"]));
    expect(await db().all("SELECT key FROM setting ORDER BY key")).toMatchObject([{ key: "first" }]);
    expect(await (await prisma()).setting.count()).toBe(1);
    expect(readFileSync(old, "utf8")).toBe("old");
    expect(() => statSync(young)).toThrow();
    await setting("written after it");
    await room.work.restore(safety_backup!);
    expect(await db().all("SELECT key FROM setting ORDER BY key")).toMatchObject([{ key: "first" }, { key: "second" }]);
    expect(readFileSync(young, "utf8")).toBe("young");
    // Nothing of the work stays behind.
    expect(readdirSync(room.disk.folder).filter((name) => name.startsWith("."))).toEqual([".lock"]);
  });

  describe("gives nothing back that was taken away since", () => {
    const at = BigInt(Date.parse("2026-02-01T10:00:00.123Z"));
    const later = BigInt(Date.parse("2027-01-01"));
    async function aPerson(username: string, role = "user") {
      const { id } = await (await prisma()).user.create({
        data: { username, email: `${username}@b.c`, role, passwordHash: "old", createdAt: at },
      });
      return id;
    }
    const aKey = async (id: string, userId: number) =>
      (await prisma()).apiKey.create({
        data: { id, userId, name: id, prefix: "mk_", keyHash: id, scope: "read", createdAt: at },
      });
    const aSession = async (id: string, userId: number) =>
      (await prisma()).session.create({
        data: {
          id,
          sessionToken: `hash of ${id}`,
          userId,
          expires: later,
          createdAt: at,
          lastSeenAt: at,
          ip: "192.0.2.1",
        },
      });
    const aBot = (id: string, owner: number) =>
      aStoredBot({ id, owner_id: owner, name: id, token_hash: `hash of ${id}`, token_cipher: "sealed", created_at: 5 });
    const person = async (id: number) => (await prisma()).user.findUniqueOrThrow({ where: { id } });
    const idsOf = async (table: string) =>
      (await db().all<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`)).map((row) => row.id);

    it("sessions, keys, roles, accounts, passwords and tokens stay as they are now", async () => {
      const [admin, boss, gone, off, other] = [
        await aPerson("admin", "admin"),
        await aPerson("boss", "admin"),
        await aPerson("gone"),
        await aPerson("off"),
        await aPerson("other", "moderator"),
      ];
      for (const [id, owner] of [
        ["key_a", other],
        ["key_b", other],
        ["key_gone", gone],
      ] as const)
        await aKey(id, owner);
      await aSession("ses_mine", admin);
      await aSession("ses_other", other);
      await (await prisma()).passwordReset.create({
        data: { id: "rst", userId: other, tokenHash: "x", createdAt: at, expiresAt: later },
      });
      for (const [id, owner] of [
        ["bot_a", other],
        ["bot_b", other],
        ["bot_gone", gone],
        ["bot_deleted", other],
      ] as const)
        await aBot(id, owner);
      const backup = await take();

      const { users, access } = accountStores();
      await access.revokeKey(other, "key_b", Number(later));
      expect(await users.remove(gone, Number(later))).toBe(true);
      await users.setAccess(boss, { role: "user" });
      await users.setAccess(off, { is_active: false });
      await users.setPassword(other, "new", null);
      await db().run("UPDATE bot SET token_hash = 'rotated', token_cipher = 'new seal' WHERE id = 'bot_b'");
      await db().run("DELETE FROM bot WHERE id IN ('bot_gone', 'bot_deleted')");
      await aSession("ses_new", other);

      const { warnings, safety_backup } = await room.work.restore(backup.filename, { sessionId: "ses_mine" });
      expect(await idsOf("session")).toEqual(["ses_mine"]);
      const kept = await (await prisma()).session.findUniqueOrThrow({ where: { id: "ses_mine" } });
      expect(kept).toMatchObject({ userId: admin, ip: "192.0.2.1", expires: later });
      expect(await count("password_reset")).toBe(0);
      expect(await idsOf("api_key")).toEqual(["key_a"]);
      expect(await person(boss)).toMatchObject({ role: "user", isActive: 1 });
      expect(await person(off)).toMatchObject({ isActive: 0 });
      expect(await person(gone)).toMatchObject({ username: `deleted-${gone}`, passwordHash: null, isActive: 0 });
      expect(await person(other)).toMatchObject({ passwordHash: "new", role: "moderator" });
      expect(await db().all("SELECT id, token_hash FROM bot ORDER BY id")).toMatchObject([
        { id: "bot_a", token_hash: "hash of bot_a" },
        { id: "bot_b", token_hash: "rotated" },
        { id: "bot_deleted", token_hash: "hash of bot_deleted" },
        { id: "bot_gone", token_hash: "ended:bot_gone" },
      ]);
      expect(warnings).toEqual([
        "API keys revoked since the backup stay revoked: key_b.",
        "Accounts deleted since the backup stay deleted; their bots are back without a valid token: gone.",
        "Accounts deactivated since the backup stay deactivated: off.",
        "Roles lowered since the backup stay lowered: boss (user).",
        "Passwords changed since the backup stay as they are now: other.",
        "Bot tokens rotated since the backup stay as they are now: bot_b.",
        expect.stringContaining("bot_deleted"),
        "Every session was ended except yours: people sign in again.",
      ]);
      // Undone, it is as it was before, and a later restore of the first backup still gives nothing back.
      await room.work.restore(safety_backup!);
      expect(await count("user")).toBe(4);
      await room.work.restore(backup.filename);
      expect(await idsOf("api_key")).toEqual(["key_a"]);
      expect(await person(gone)).toMatchObject({ isActive: 0 });
    });

    it("nothing is sent to a person whose account was deleted", async () => {
      await aPerson("admin", "admin");
      const [gone, kept] = [await aPerson("gone"), await aPerson("kept")];
      for (const id of [gone, kept]) {
        const values = [`of ${id}`, id];
        await db().run(
          `INSERT INTO alert_channel (id, owner_id, kind, name, address, hint, created_at) VALUES ($1, $2, 'email', 'n', 'sealed', 'h', 5)`,
          values,
        );
        await db().run(
          `INSERT INTO push_device (id, user_id, channel, platform, name, address_hash, address, created_at) VALUES ($1, $2, 'fcm', 'p', 'n', $1, 'sealed', 5)`,
          values,
        );
        await db().run("INSERT INTO contact (outside_id, owner_id, created_at, used_at) VALUES ($1, $2, 5, 5)", values);
      }
      const shared = `INSERT INTO alert_channel (id, owner_id, global, kind, name, address, hint, created_at) VALUES ('shared', $1, 1, 'email', 'n', 'sealed', 'h', 5)`;
      await db().run(shared, [gone]);
      const backup = await take();
      expect(await accountStores().users.remove(gone, Number(later))).toBe(true);
      await room.work.restore(backup.filename);
      expect(await idsOf("alert_channel")).toEqual([`of ${kept}`, "shared"]);
      expect(await idsOf("push_device")).toEqual([`of ${kept}`]);
      expect(await count("contact")).toBe(1);
    });

    it("what is new since comes back when the restore is undone", async () => {
      await aPerson("admin", "admin");
      const backup = await take();
      const late = await aPerson("late");
      await aKey("key_late", late);
      await aBot("bot_late", late);
      const { safety_backup, warnings } = await room.work.restore(backup.filename);
      expect(warnings).toEqual([]);
      expect(await count("user")).toBe(1);
      await room.work.restore(safety_backup!);
      expect(await person(late)).toMatchObject({ username: "late", isActive: 1, passwordHash: "old" });
      expect(await idsOf("api_key")).toEqual(["key_late"]);
    });

    it("who administers the server now still does when no admin of the backup may", async () => {
      const [first, second] = [await aPerson("first", "admin"), await aPerson("second")];
      const backup = await take();
      const { users } = accountStores();
      await users.setAccess(second, { role: "admin" });
      await users.setAccess(first, { role: "user" });
      const { warnings } = await room.work.restore(backup.filename);
      expect(await person(first)).toMatchObject({ role: "user" });
      expect(await person(second)).toMatchObject({ role: "admin" });
      expect(warnings.join(" ")).toContain("second stays admin");
    });

    it("a present database that cannot be read does not stop the restore, and a warning says so", async () => {
      const owner = await aPerson("admin", "admin");
      await aKey("key_a", owner);
      const backup = await take();
      await database.run("ALTER TABLE ended_access RENAME TO broken");
      const { warnings } = await room.work.restore(backup.filename, { safety: false });
      expect(warnings.join(" ")).toContain("could not be read");
      expect(await idsOf("api_key")).toEqual(["key_a"]);
    });
  });

  it("brings a backup of an older version up to date", async () => {
    const older = await openEmpty();
    const newest = (await room.disk.list()).length;
    expect(newest).toBe(0);
    try {
      const folder = join(data, "older");
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
      await use(database.url);
      const verdict = await room.work.verify(backup.filename);
      expect(verdict).toMatchObject({ ok: true, pending_migrations: all.slice(3) });
      const { migrated } = await room.work.restore(backup.filename);
      expect(migrated).toEqual(all.slice(3));
      expect(await db().all("SELECT key FROM setting")).toMatchObject([{ key: "of long ago" }]);
      expect(await count("ticket")).toBe(0);
    } finally {
      await use(database.url);
      await older.close();
    }
  });

  it("refuses what is cut off, damaged or forged, and nothing is lost", async () => {
    await setting("kept");
    const file = attach("ab".padEnd(32, "0"), "kept");
    const backup = await take();
    const path = room.disk.pathOf(backup.filename);
    const whole = readFileSync(path);
    const good = await entriesOf(path);
    const [manifest, ...rest] = good as [Entry, ...Entry[]];
    const manifestWith = (change: object): Entry => ({
      name: "manifest.json",
      data: Buffer.from(JSON.stringify({ ...JSON.parse(manifest.data!.toString()), ...change })),
    });
    const extra = (entry: Entry) => summed([manifest, entry, ...rest]);
    const cases: Record<string, [Entry[], RegExp]> = {
      traversal: [extra({ name: "../../evil", data: Buffer.from("x") }), /does not belong/],
      "traversal below a known folder": [extra({ name: "attachments/../../evil" }), /does not belong/],
      "an absolute path": [extra({ name: "/etc/cron.d/evil", data: Buffer.from("x") }), /does not belong/],
      "a symbolic link": [extra({ name: `attachments/aa/${"a".repeat(32)}`, type: "symlink" }), /no plain file/],
      "a hard link": [extra({ name: `attachments/aa/${"a".repeat(32)}`, type: "link" }), /no plain file/],
      "a device": [extra({ name: `attachments/aa/${"a".repeat(32)}`, type: "character-device" }), /no plain file/],
      "a folder": [extra({ name: "attachments/aa/", type: "directory" }), /no plain file/],
      "a long name in an extension header": [extra({ name: `attachments/${"a".repeat(300)}` }), /no plain file/],
      "an entry twice": [extra(rest[0]!), /is in it twice/],
      "an unknown entry": [extra({ name: "secret.key", data: Buffer.from("x") }), /does not belong/],
      "another file of the database": [extra({ name: "database/extra.ndjson" }), /not in the manifest/],
      "a changed file under its old checksum": [
        good.map((one) => (one.name.startsWith("attachments") ? { ...one, data: Buffer.from("evil") } : one)),
        /checksum differs/,
      ],
      "a file that is missing": [good.filter(({ name }) => !name.startsWith("attachments")), /is missing/],
      "no checksums": [good.filter(({ name }) => name !== "SHA256SUMS"), /has no SHA256SUMS/],
      "something after the checksums": [[...good, { name: `attachments/aa/${"a".repeat(32)}` }], /comes after/],
      "no manifest": [summed(rest), /does not begin with manifest/],
      "a manifest that is none": [summed([{ name: "manifest.json", data: Buffer.from("{}") }, ...rest]), /understands/],
      "counts that differ": [
        summed([manifestWith({ tables: { ...JSON.parse(manifest.data!.toString()).tables, setting: 7 } }), ...rest]),
        /other rows/,
      ],
      "a version that is not": [summed([manifestWith({ migrations: ["99999999999999_future"] }), ...rest]), /version/],
      "another provider": [
        summed([manifestWith({ provider: provider === "sqlite" ? "postgresql" : "sqlite" }), ...rest]),
        /is missing|this server runs on/,
      ],
      "a database that is none": [
        summed(good.map((one) => (one.name.startsWith("database/") ? { ...one, data: Buffer.from("junk\n") } : one))),
        /database/,
      ],
      nothing: [[], /no manifest/],
      "a bomb": [extra({ name: `attachments/aa/${"a".repeat(32)}`, data: Buffer.alloc(300_000_000) }), /far more/],
    };
    const names: [string, string, RegExp][] = [];
    for (const [what, [entries, why]] of Object.entries(cases)) names.push([what, await forged(entries), why]);
    const bytes: [string, Buffer, RegExp][] = [
      ["cut off", whole.subarray(0, whole.length - 40), /cut off|ends too early/],
      ["half of it", whole.subarray(0, whole.length >> 1), /cut off|ends too early/],
      ["a flipped bit", Buffer.from(whole.map((byte, at) => (at === whole.length >> 1 ? byte ^ 4 : byte))), /./],
      ["no gzip", Buffer.from("hello"), /damaged/],
      ["empty", Buffer.alloc(0), /./],
      ["tail", gzipSync(Buffer.concat([gunzipSync(whole), Buffer.from("evil")])), /after its end/],
    ];
    for (const [what, content, why] of bytes) {
      const filename = await room.disk.freeName("forged", clock);
      writeFileSync(room.disk.pathOf(filename), content);
      names.push([what, filename, why]);
    }
    facts = [];
    for (const [what, filename, why] of names) {
      const verdict = await room.work.verify(filename);
      expect([what, verdict.ok], verdict.message).toEqual([what, false]);
      expect([what, verdict.message]).toEqual([what, expect.stringMatching(why)]);
      await expect(room.work.restore(filename), what).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    // Every attempt failed before it paused the server.
    expect(facts).not.toContain("pause");
    expect(await db().all("SELECT key FROM setting")).toMatchObject([{ key: "kept" }]);
    expect(readFileSync(file, "utf8")).toBe("kept");
    expect(readdirSync(room.disk.folder).filter((name) => name.startsWith("."))).toEqual([".lock"]);
    if (provider === "postgresql")
      expect(await database.all("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'muster_restore%'")).toEqual([]);
  }, 120_000);

  it("undoes a swap that a crash cut off, and begins nothing before that", async () => {
    const file = attach("ab".padEnd(32, "0"), "before");
    const { filename } = await take();
    const aside = join(data, "aside");
    // As it is found when the process ended between the two renames.
    renameSync(join(data, "attachments"), aside);
    attach("cd".padEnd(32, "1"), "half restored");
    const marker = join(room.disk.folder, ".restoring.json");
    writeFileSync(marker, JSON.stringify({ parts: [{ live: join(data, "attachments"), before: aside }] }));
    await expect(room.work.restore(filename)).rejects.toMatchObject({ code: "CONFLICT" });
    await room.work.recover(recoverSwap);
    expect(readFileSync(file, "utf8")).toBe("before");
    expect(readdirSync(join(data, "attachments"))).toEqual(["ab"]);
    expect((await room.work.verify(filename)).ok).toBe(true);
  });

  it("loses nothing when the files cannot be replaced, and opens the door again", async () => {
    await setting("first");
    const file = attach("ab".padEnd(32, "0"), "kept");
    const { filename } = await take();
    await setting("second");
    const { database: real } = createBackupStore();
    const broken = make(data, "key", () => {
      const { swap, ...rest } = real();
      return { ...rest, swap: (folder, files, mark) => swap(folder, { ...files!, staged: "/nowhere" }, mark) };
    });
    facts = [];
    await expect(broken.work.restore(filename)).rejects.toThrow();
    expect(facts).toEqual(expect.arrayContaining(["pause", "resume", "backup.failed"]));
    expect(facts).not.toContain("backup.restored");
    expect(await db().all("SELECT key FROM setting ORDER BY key")).toMatchObject([{ key: "first" }, { key: "second" }]);
    await setting("third");
    expect(await (await prisma()).setting.count()).toBe(3);
    expect(readFileSync(file, "utf8")).toBe("kept");
    if (provider === "postgresql")
      expect(await database.all("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'muster_restore%'")).toEqual([]);
  });

  it("keeps an upload that is a backup, and nothing else", async () => {
    const { filename } = await take();
    const content = readFileSync(room.disk.pathOf(filename));
    await room.disk.remove(filename);
    const arriving = async function* (bytes: Buffer) {
      yield bytes.subarray(0, 100);
      yield bytes.subarray(100);
    };
    await expect(room.work.upload(arriving(content.subarray(0, 900)))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await room.disk.list()).toEqual([]);
    expect(await room.work.upload(arriving(content))).toMatchObject({ status: "completed", provider });
    expect(await room.disk.list()).toHaveLength(1);
  });

  it("takes what is due once, however many processes find it due", async () => {
    const wanted = { name: "daily", description: "" };
    const due = new Date(clock).toISOString();
    const [one, other] = [room.work, make().work];
    for (let look = 0; look < 2; look++)
      await Promise.allSettled([one.createDue(wanted, due), other.createDue(wanted, due)]);
    expect(await other.createDue(wanted, due)).toBeUndefined();
    expect((await room.disk.list()).map(({ reason }) => reason)).toEqual(["scheduled"]);
  });

  it("does one thing at a time, over processes, and survives one that died", async () => {
    const results = await Promise.allSettled([
      take(),
      make().work.create({ name: "b", description: "", reason: "manual" }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "CONFLICT" } });
    mkdirSync(join(room.disk.folder, ".work-dead"));
    await take();
    expect(readdirSync(room.disk.folder).filter((name) => name.startsWith("."))).toEqual([".lock"]);
  });
});

it("goes on by itself when the process that restores dies, and rests again for the next", async () => {
  vi.useFakeTimers();
  try {
    const listeners = new Map<string, (fact: never, origin: { remote: boolean; from?: string }) => void>();
    const bus = { on: (name: string, listener: never) => listeners.set(name, listener), others: () => 1 };
    const [emit, jobs] = [vi.fn(), { pauseJobs: vi.fn(async () => {}), resumeJobs: vi.fn(async () => {}) }];
    const host = createHost({ bus: bus as never, emit, jobs });
    const elsewhere = (name: string, fact: unknown) => listeners.get(name)!(fact as never, { remote: true, from: "x" });
    elsewhere("backup.maintenance", { on: true });
    await vi.advanceTimersByTimeAsync(14_000);
    elsewhere("backup.maintenance", { on: true });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(maintenance.on).toBe(true);
    expect([jobs.pauseJobs.mock.calls.length, jobs.resumeJobs.mock.calls.length]).toEqual([1, 0]);
    expect(emit.mock.calls.map(([name]) => name)).toEqual(["backup.resting", "backup.resting"]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(maintenance.on).toBe(false);
    expect(jobs.resumeJobs).toHaveBeenCalledTimes(1);
    elsewhere("backup.maintenance", { on: true });
    elsewhere("backup.maintenance", { on: false });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([maintenance.on, jobs.pauseJobs.mock.calls.length, jobs.resumeJobs.mock.calls.length]).toEqual([
      false,
      2,
      2,
    ]);

    let paused = false;
    const pausing = host.pause().then(() => {
      paused = true;
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(paused).toBe(false);
    elsewhere("backup.resting", {});
    await vi.advanceTimersByTimeAsync(100);
    await pausing;
    await host.resume(true);
    expect(emit.mock.calls.at(-1)).toEqual(["backup.maintenance", { on: false }]);
  } finally {
    vi.useRealTimers();
  }
});

it("prunes automatic backups alone, and never the newest", () => {
  const day = 86_400_000;
  const at = Date.parse("2026-03-31T00:00:00Z");
  const backup = (age: number, reason: "scheduled" | "manual" | "before_restore") => ({
    ...{ filename: `${reason}${age}`, size: "", size_bytes: 1, timestamp: new Date(at - age * day).toISOString() },
    ...{ description: "", status: "completed" as const, reason, version: null, provider: null, rows: null },
    include_downloads: null,
  });
  const rules = {
    enabled: true,
    time: "02:30",
    timezone: "UTC",
    keep_count: 2,
    keep_days: 10,
    include_downloads: false,
  };
  const list = [backup(1, "scheduled"), backup(2, "before_restore"), backup(3, "scheduled"), backup(40, "manual")];
  expect(surplus(list, rules, at)).toEqual(["scheduled3"]);
  expect(surplus([backup(50, "scheduled")], rules, at)).toEqual([]);
  expect(surplus([backup(1, "scheduled"), backup(11, "scheduled")], rules, at)).toEqual(["scheduled11"]);
});

it("takes the daily one when it is due, once, and prunes after it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-backups-"));
  try {
    const clock = { at: Date.parse("2026-03-01T02:29:50Z") };
    const disk = createBackupDisk(folder);
    const taken: string[] = [];
    const schedule = createBackupSchedule({
      store: {
        schedule: async () => ({
          schedule: {
            enabled: true,
            time: "02:30",
            timezone: "UTC",
            keep_count: 1,
            keep_days: 0,
            include_downloads: false,
          },
          version: 1,
        }),
      },
      disk,
      work: {
        createDue: async ({ name }, due) => {
          if ((await disk.list()).some(({ timestamp }) => timestamp >= due)) return undefined;
          const reason = "scheduled" as const;
          taken.push(reason);
          const filename = await disk.freeName(name, clock.at);
          const created_at = new Date(clock.at).toISOString();
          const manifest = { ...{ format: 1 as const, name, description: "", reason, created_at, version: "1" } };
          const database = {
            provider: "sqlite" as const,
            migrations: [],
            tables: {},
            include_downloads: false,
            key_id: "",
          };
          await pack(disk.pathOf(filename), { ...manifest, ...database }, []);
          return (await disk.read(filename))!;
        },
      },
      now: () => clock.at,
    });
    await schedule.look();
    expect(taken).toEqual([]);
    clock.at += 15_000;
    await schedule.look();
    await schedule.look();
    expect(taken).toEqual(["scheduled"]);
    clock.at += 86_400_000;
    await schedule.look();
    expect(taken).toHaveLength(2);
    expect((await disk.list()).map(({ filename }) => filename)).toEqual(["backup_20260302_023005.tar.gz"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
