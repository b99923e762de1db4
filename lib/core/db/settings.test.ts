import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { createRoomSetting, transaction } from ".";

describe.each(databases)("a room's own setting on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());

  it("has no value until one is written, and then the last one", async () => {
    const mark = createRoomSetting("mark");
    expect(await mark.read()).toBeNull();
    await mark.write("1");
    await mark.write("2");
    expect(await mark.read()).toBe("2");
  });

  it("gives the same value to everybody who makes one at once", async () => {
    const nonce = createRoomSetting("nonce");
    let made = 0;
    const all = await Promise.all(Array.from({ length: 20 }, () => nonce.readOrMake(() => String(++made))));
    expect(new Set(all).size).toBe(1);
    expect(await nonce.read()).toBe(all[0]);
  });

  it("replaces and removes only the value that is expected", async () => {
    const key = createRoomSetting("key");
    await key.write("a");
    expect([await key.replace("b", "c"), await key.replace("a", "b"), await key.read()]).toEqual([false, true, "b"]);
    expect([await key.remove("a"), await key.read()]).toEqual([false, "b"]);
    expect([await key.remove("b"), await key.remove(), await key.read()]).toEqual([true, false, null]);
  });

  it("takes part in a transaction, and is undone with it", async () => {
    const mark = createRoomSetting("undone");
    const failing = transaction(async (trx) => {
      await mark.write("1", trx);
      expect(await mark.read(trx)).toBe("1");
      throw new Error("undo");
    });
    await expect(failing).rejects.toThrow("undo");
    expect(await mark.read()).toBeNull();
  });
});
