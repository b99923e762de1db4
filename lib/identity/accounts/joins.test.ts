import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { transaction } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import {
  activeAddress,
  activeUsers,
  countUsers,
  hasErasedTickets,
  isActiveAdmin,
  isVerifiedAddress,
  keepUser,
  remainingUserIds,
  userCards,
  userNames,
} from "./joins";

describe.each(databases)("accounts for other rooms on $provider", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(kind);
  });
  afterAll(() => database.close());
  afterEach(async () => {
    for (const table of ['"user"', "ended_access"]) await database.run(`DELETE FROM ${table}`);
  });
  const deactivate = (id: number) => database.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);

  it("count as active until they are deactivated", async () => {
    for (const id of [1, 2]) await aStoredUser({ id, role: "admin" });
    await deactivate(2);
    expect(await activeUsers().execute()).toEqual([{ id: 1, role: "admin" }]);
    expect([await countUsers(), await countUsers("active")]).toEqual([2, 1]);
    expect([await isActiveAdmin(1), await isActiveAdmin(2), await isActiveAdmin(3)]).toEqual([true, false, false]);
    expect([await activeAddress(1), await activeAddress(2)]).toEqual(["u1@example.org", null]);
    expect(await userCards().orderBy("id").execute()).toMatchObject([
      { id: 1, username: "u1", active: 1 },
      { id: 2, username: "u2", active: 0 },
    ]);
  });

  it("have names that a statement joins", async () => {
    await aStoredUser({ id: 1 });
    expect(await userNames().execute()).toEqual([{ id: 1, username: "u1" }]);
  });

  it("have a verified address when its owner proved it, in any case", async () => {
    await aStoredUser({ id: 1 });
    expect(await isVerifiedAddress("u1@example.org")).toBe(false);
    await database.run('UPDATE "user" SET email_verified = 1');
    expect(await isVerifiedAddress("U1@Example.org")).toBe(true);
    expect(await isVerifiedAddress("u2@example.org")).toBe(false);
  });

  it("remain somebody's unless a restored backup erased them", async () => {
    await aStoredUser({ id: 1 });
    await aStoredUser({ id: 2, username: "deleted-2" });
    await aStoredUser({ id: 3, username: "deleted-3" });
    await deactivate(3);
    expect(await remainingUserIds().orderBy("id").execute()).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it("tell whether their tickets are erased with them", async () => {
    expect(await hasErasedTickets(1)).toBe(false);
    await database.run("INSERT INTO ended_access (kind, ref, at) VALUES ('tickets', '1', 0)");
    expect([await hasErasedTickets(1), await hasErasedTickets(2)]).toEqual([true, false]);
  });

  it("are kept by a transaction only while they exist", async () => {
    await aStoredUser({ id: 1 });
    expect(await transaction(async (trx) => [await keepUser(trx, 1), await keepUser(trx, 2)])).toEqual([true, false]);
  });
});
