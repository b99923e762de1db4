import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, clearTelemetry, NOON, storeLogs, telemetryRoom } from "@/tests/db/telemetry";
import { countLogs, groupLogs, type LogCounts, type LogGroups } from "./contract.counts";

describe.each(databases)("counts of logs on $provider", (kind) => {
  let database: TestDatabase;
  const room = telemetryRoom();

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(() => clearTelemetry());
  afterAll(() => database.close());

  const counted = async (by: Actor, query: Record<string, string> = {}): Promise<LogCounts> =>
    countLogs.response.parse(await room.service.countLogs(by, countLogs.query.parse(query)));

  it("counts by the time of the event, level and bot, and only what the caller may see", async () => {
    await storeLogs([
      { seq: 1, message: "a lost", at: NOON, event_at: NOON - 20 * 60_000 },
      { seq: 2, message: "b lost", type: "error" },
      { seq: 3, message: "c", type: "error" },
      { seq: 4, message: "d lost", bot_id: "bob" },
    ]);
    const noon = "2026-01-01T12:00:00.000Z";
    const earlier = "2026-01-01T11:30:00.000Z";
    expect(await counted(actor(9, "admin"), { q: "lost" })).toEqual({
      count: 3,
      buckets: [
        { at: noon, level: "info", count: 1 },
        { at: noon, level: "error", count: 1 },
        { at: earlier, level: "info", count: 1 },
      ],
      bots: [
        { bot_id: "bob", count: 1 },
        { bot_id: "ada", count: 2 },
      ],
      next_cursor: null,
    });
    expect(await counted(actor(1))).toMatchObject({ count: 3, bots: [{ bot_id: "ada", count: 3 }] });
    expect((await counted(actor(1), { step: "day" })).buckets).toEqual([
      { at: "2026-01-01T00:00:00.000Z", level: "error", count: 2 },
      { at: "2026-01-01T00:00:00.000Z", level: "info", count: 1 },
    ]);
    expect(await counted(actor(3))).toMatchObject({ count: 0, buckets: [], next_cursor: null });
  });

  it("counts every line once, over as many answers as it takes", async () => {
    await storeLogs(Array.from({ length: 2_400 }, (_, at) => ({ seq: at + 1, message: at % 3 ? "even" : "odd one" })));
    let count = 0;
    let cursor: string | undefined;
    let answers = 0;
    do {
      const page = await counted(actor(1), { q: "-odd", ...(cursor && { cursor }) });
      count += page.count;
      cursor = page.next_cursor ?? undefined;
      if (cursor) expect(page.counted_to).toBeDefined();
      answers++;
    } while (cursor);
    expect(count).toBe(1_600);
    expect(answers).toBeLessThan(1_000);
  });

  const grouped = async (by: Actor, query: Record<string, string> = {}): Promise<LogGroups> =>
    groupLogs.response.parse(await room.service.groupLogs(by, groupLogs.query.parse(query)));

  it("groups by the pattern of the text, with the newest line, the first time, bots and levels", async () => {
    await storeLogs([
      { seq: 1, message: "Cannot send 12", type: "error", at: NOON, event_at: NOON - 20 * 60_000 },
      { seq: 2, message: "ready" },
      { seq: 3, message: "Cannot send 7", type: "error", bot_id: "bob" },
    ]);
    const noon = "2026-01-01T12:00:00.000Z";
    const answer = await grouped(actor(9, "admin"));
    expect(answer).toMatchObject({
      count: 3,
      levels: [
        { level: "error", count: 2 },
        { level: "info", count: 1 },
      ],
      bots: [
        { bot_id: "bob", count: 1 },
        { bot_id: "ada", count: 2 },
      ],
      next_cursor: null,
    });
    expect(answer.groups[0]).toEqual({
      pattern: "Cannot send #",
      count: 2,
      newest: { id: 3, level: "error", message: "Cannot send 7", timestamp: noon, bot_id: "bob" },
      first: "2026-01-01T11:40:00.000Z",
      bot_ids: ["bob", "ada"],
      buckets: [
        { at: noon, count: 1 },
        { at: "2026-01-01T11:30:00.000Z", count: 1 },
      ],
    });
    expect((await grouped(actor(1), { q: "cannot" })).groups).toMatchObject([{ count: 1, bot_ids: ["ada"] }]);
  });

  it("ends an answer that has many groups, and continues with the rest", async () => {
    const letters = (at: number) => String.fromCharCode(...[at, at >> 4, at >> 8].map((part) => 97 + (part & 15)));
    await storeLogs(Array.from({ length: 1_200 }, (_, at) => ({ seq: at + 1, message: `kind ${letters(at)}` })));
    const patterns = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await grouped(actor(1), cursor ? { cursor } : {});
      expect(page.groups.length).toBeLessThan(600);
      for (const group of page.groups) patterns.add(group.pattern);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(patterns.size).toBe(1_200);
  });
});
