/** Archives that are cut off, damaged or forged change nothing. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { backupRoom, type Entry, entriesOf, setting, summed } from "@/tests/backups";
import { databases } from "@/tests/db/databases";

describe.each(databases)("forged backups on $provider", (kind) => {
  const { provider } = kind;
  const { facts, database, clock, room, take, attach, forged } = backupRoom(kind);

  it("refuses names of downloads that lead elsewhere", async () => {
    const { filename } = await room().work.create({
      ...{ name: "whole", description: "", reason: "manual", include_downloads: true },
    });
    const entries = await entriesOf(room().disk.pathOf(filename));
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
      await expect(room().work.restore(name)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    expect(facts).not.toContain("backup.restored");
  });

  it("refuses what is cut off, damaged or forged, and nothing is lost", async () => {
    await setting("kept");
    const file = attach("ab".padEnd(32, "0"), "kept");
    const backup = await take();
    const path = room().disk.pathOf(backup.filename);
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
      const filename = await room().disk.freeName("forged", clock());
      writeFileSync(room().disk.pathOf(filename), content);
      names.push([what, filename, why]);
    }
    facts.length = 0;
    for (const [what, filename, why] of names) {
      const verdict = await room().work.verify(filename);
      expect([what, verdict.ok], verdict.message).toEqual([what, false]);
      expect([what, verdict.message]).toEqual([what, expect.stringMatching(why)]);
      await expect(room().work.restore(filename), what).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    // Every attempt failed before it paused the server.
    expect(facts).not.toContain("pause");
    expect(await db().all("SELECT key FROM setting")).toMatchObject([{ key: "kept" }]);
    expect(readFileSync(file, "utf8")).toBe("kept");
    expect(readdirSync(room().disk.folder).filter((name) => name.startsWith("."))).toEqual([".lock"]);
    if (provider === "postgresql")
      expect(await database().all("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'muster_restore%'")).toEqual([]);
  });
});
