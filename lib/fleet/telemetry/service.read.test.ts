import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, botActor, clearTelemetry, telemetryRoom } from "@/tests/db/telemetry";

describe.each(databases)("lists of logs and messages on $provider", (kind) => {
  let database: TestDatabase;
  const room = telemetryRoom();

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(async () => {
    await clearTelemetry();
    vi.clearAllMocks();
  });
  afterAll(() => database.close());

  it("lists what the caller may see and nothing else", async () => {
    await room.post("ada", { message: "of ada" });
    await room.post("bob", { message: "of bob" });
    const listed = async (by: Actor, over = {}) => (await room.logs(by, over)).logs.map((log) => log.message);
    expect(await listed(actor(1))).toEqual(["of ada"]);
    expect(await listed(botActor("bob"))).toEqual(["of bob"]);
    expect(await listed(actor(9, "moderator"))).toEqual(["of bob", "of ada"]);
    expect(await listed(actor(9, "admin"), { bot_id: "ada" })).toEqual(["of ada"]);
    expect(await listed(actor(3))).toEqual([]);
    await expect(listed(actor(1), { bot_id: "bob" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listed(actor(1), { bot_id: "nope" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listed({ kind: "public", ip: "::1" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("pages with next_cursor, null at the end, and replays with since", async () => {
    await room.post("ada", ...Array.from({ length: 5 }, (_, i) => ({ message: `m${i}` })));
    const first = await room.logs(actor(1), { limit: "2" });
    expect(first).toMatchObject({ count: 2, logs: [{ message: "m4" }, { message: "m3" }] });
    const second = await room.logs(actor(1), { limit: "3", cursor: first.next_cursor! });
    expect(second).toMatchObject({ count: 3, next_cursor: null });
    const since = await room.logs(actor(1), { limit: "2", since: String(second.logs[1]!.id) });
    expect(since.logs.map((log) => log.message)).toEqual(["m2", "m3"]);
    const rest = await room.logs(actor(1), { limit: "2", since: since.next_cursor! });
    expect(rest).toMatchObject({ count: 1, next_cursor: null, logs: [{ message: "m4" }] });
    expect(await room.logs(actor(1), { limit: "0" })).toEqual({
      logs: [],
      count: 0,
      next_cursor: null,
    });
    expect((await room.logs(actor(1), { cursor: "9".repeat(16) })).count).toBe(5);
  });

  it("takes warn for warning, several levels and any case", async () => {
    await room.post("ada", ...["info", "warn", "WARNING", "error", "debug"].map((type) => ({ type, message: type })));
    const types = async (level: string) => (await room.logs(actor(1), { level })).logs.map((log) => log.type);
    expect(await types("warning")).toEqual(["WARNING", "warn"]);
    expect(await types("warn")).toEqual(["WARNING", "warn"]);
    expect(await types("Error, info")).toEqual(["error", "info"]);
    expect(await types("nothing")).toEqual([]);
  });

  it("answers every odd query without failing", async () => {
    await room.post("ada", { message: "a line" });
    for (const search of [
      '"',
      "*",
      "a AND",
      "NEAR(a b)",
      "scope:o1",
      "a' OR 1=1",
      "\\",
      "%",
      "\u0000",
      "{",
      "a:*b",
      "!a",
      "|",
      "<->",
    ])
      for (const level of ["'", '"', ",", "t:*", "\u0000"])
        await expect(room.logs(actor(1), { search, level })).resolves.toBeDefined();
    await expect(room.messages(actor(1), { thread_id: "\u0000'\"*" })).resolves.toBeDefined();
  });
});
