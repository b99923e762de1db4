/** A replacement that a crash or an error cuts off is undone. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { db, prisma } from "@/lib/core/db";
import { recoverSwap } from "@/lib/operations/backups/database/store.sqlite.swap";
import { createBackupStore } from "@/lib/operations/backups/store";
import { backupRoom, setting } from "@/tests/backups";
import { databases } from "@/tests/db/databases";

describe.each(databases)("replacing on $provider", (kind) => {
  const { provider } = kind;
  const { facts, make, database, data, room, take, attach } = backupRoom(kind);

  it.each(["replaced", "parts"])("undoes a swap cut off by a crash, first of all (marker: %s)", async (list) => {
    const file = attach("ab".padEnd(32, "0"), "before");
    const { filename } = await take();
    const aside = join(data(), "aside");
    // As it is found when the process ended between the two renames.
    renameSync(join(data(), "attachments"), aside);
    attach("cd".padEnd(32, "1"), "half restored");
    const marker = join(room().disk.folder, ".restoring.json");
    writeFileSync(marker, JSON.stringify({ [list]: [{ live: join(data(), "attachments"), before: aside }] }));
    await expect(room().work.restore(filename)).rejects.toMatchObject({ code: "CONFLICT" });
    await room().work.recover(recoverSwap);
    expect(readFileSync(file, "utf8")).toBe("before");
    expect(readdirSync(join(data(), "attachments"))).toEqual(["ab"]);
    expect((await room().work.verify(filename)).ok).toBe(true);
  });

  it("loses nothing when the files cannot be replaced, and opens the door again", async () => {
    await setting("first");
    const file = attach("ab".padEnd(32, "0"), "kept");
    const { filename } = await take();
    await setting("second");
    const { database: real } = createBackupStore();
    const broken = make(data(), "key", () => {
      const { swap, ...rest } = real();
      return { ...rest, swap: (folder, files, mark) => swap(folder, { ...files!, staged: "/nowhere" }, mark) };
    });
    facts.length = 0;
    await expect(broken.work.restore(filename)).rejects.toThrow();
    expect(facts).toEqual(expect.arrayContaining(["pause", "resume", "backup.failed"]));
    expect(facts).not.toContain("backup.restored");
    expect(await db().all("SELECT key FROM setting ORDER BY key")).toMatchObject([{ key: "first" }, { key: "second" }]);
    await setting("third");
    expect(await (await prisma()).setting.count()).toBe(3);
    expect(readFileSync(file, "utf8")).toBe("kept");
    if (provider === "postgresql")
      expect(await database().all("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'muster_restore%'")).toEqual([]);
  });
});
