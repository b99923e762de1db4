import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { exportLogs } from "@/lib/fleet/telemetry/contract.export";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, botActor, clearTelemetry, telemetryRoom } from "@/tests/db/telemetry";
import { recentErrors } from "./store.joins";

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
    const byCursor = await room.logs(actor(1), { limit: "2", since: "0", cursor: since.next_cursor! });
    expect(byCursor).toMatchObject({ count: 1, next_cursor: null, logs: [{ message: "m4" }] });
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

  describe("while a bot is being deleted and all of its rows are still there", () => {
    beforeEach(async () => {
      await room.post("ada", ...Array.from({ length: 30 }, (_, i) => ({ message: `kept ${i}`, type: "error" })));
      for (let batch = 0; batch < 5; batch++)
        await room.post("bob", ...Array.from({ length: 500 }, () => ({ message: "kept no more", type: "error" })));
      await room.post("ada", { message: "kept last", type: "error" });
      await db().run("UPDATE bot SET status = 'deleting' WHERE id = 'bob'");
    });
    afterEach(() => db().run("UPDATE bot SET status = 'online' WHERE id = 'bob'"));

    const admin = actor(9, "admin");
    const messages = Array.from({ length: 30 }, (_, i) => `kept ${i}`).concat("kept last");

    it("leaves its rows out of lists, searches and exports", async () => {
      const searches: Record<string, string>[] = [
        {},
        { search: "kept " },
        { level: "error" },
        { order: "asc" },
        { after: "2025-01-01T00:00:00Z" },
      ];
      for (const query of searches) {
        // A busy machine answers in several pages.
        const found: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page = await room.logs(admin, { ...query, limit: "1000", ...(cursor && { cursor }) });
          found.push(...page.logs.map((log) => log.message));
          cursor = page.next_cursor;
        }
        expect(found.sort()).toEqual([...messages].sort());
        expect((await room.logs(actor(2), query)).logs).toEqual([]);
      }
      const file = await room.service.exportLogs(admin, exportLogs.query.parse({ limit: "20", format: "ndjson" }));
      let text = "";
      for await (const part of file.stream) text += part;
      expect(
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).message),
      ).toEqual(messages.slice(-20));
    });

    it("pages past its rows", async () => {
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await room.logs(admin, { limit: "7", ...(cursor && { cursor }) });
        seen.unshift(...page.logs.map((log) => log.message).reverse());
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(messages);
    });

    it("passes over at most 2,000 of its rows in one statement", async () => {
      const all = vi.spyOn(db(), "all");
      await room.logs(admin, { limit: "31" });
      const passing = all.mock.calls.filter(([text]) => text.includes('"r"."bot_id" not in'));
      const spans = passing.map(([, params = []]) => Number(params[1]) - Number(params[0]) - 1);
      expect(spans.length).toBeGreaterThan(1);
      expect(Math.max(...spans)).toBeLessThanOrEqual(2_000);
      all.mockRestore();
    });

    it("keeps its errors from the rules that count errors", async () => {
      const subjects = await recentErrors(10_000).execute();
      expect(new Set(subjects.map((row) => row.bot_id))).toEqual(new Set(["ada"]));
    });
  });
});
