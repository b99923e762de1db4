import { describe, expect, it } from "vitest";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { matchesFilter, parseFilter, withToken } from "./filter";

const bots = {
  bots: [
    { id: "bot_a", name: "Greeter" },
    { id: "bot_b", name: "Support desk" },
  ],
  count: 2,
};

describe("parseFilter", () => {
  it("reads tokens and leaves the words", () => {
    expect(parseFilter('level:error,warning bot:"Support desk" after:1h gateway lost', bots)).toEqual({
      filters: { level: "error,warning", bot_id: "bot_b", after: "1h", search: "gateway lost*" },
      problems: [],
    });
  });
  it("finds a bot by id, by name in any case, and by any part of its name", () => {
    for (const text of ["bot:bot_a", "bot:greeter", "bot:Gre", "bot:EET"])
      expect(parseFilter(text, bots).filters.bot_id).toBe("bot_a");
  });
  it("means every bot whose name holds the text, and says how many; a whole name means its bots alone", () => {
    const music = {
      bots: [
        { id: "bot_1", name: "Music Box" },
        { id: "bot_2", name: "Live music" },
        { id: "bot_3", name: "Music" },
      ],
      count: 3,
    };
    expect(parseFilter("bot:usic", music)).toMatchObject({
      filters: { bot_ids: "bot_1,bot_2,bot_3" },
      note: '"usic" matches 3 bots: Music Box, Live music, Music',
      problems: [],
    });
    expect(parseFilter("bot:music", music)).toMatchObject({ filters: { bot_id: "bot_3" }, problems: [] });
    expect(parseFilter("bot:usic", { ...music, count: 1200 })).toMatchObject({
      filters: {},
      problems: ['"usic" matches 1,200 bots: type more of the name'],
    });
  });
  it.each([
    ["level:err!or", 'Invalid level: "err!or"'],
    ["bot:nobody", 'No bot named "nobody"'],
    ["after:soon", 'Invalid time in after: "soon" (write 15m, 1h, 7d or 2026-01-31)'],
    ["before:", "before: needs a value"],
  ])("reports %s and leaves it out", (text, problem) => {
    expect(parseFilter(text, bots)).toEqual({ filters: {}, problems: [problem] });
  });
  it("searches for what only looks like a token", () => {
    expect(parseFilter("http://x.org ", bots).filters.search).toBe("http://x.org");
  });
  it.each([
    ["gateway lo", "gateway lo*"],
    ["gateway lost ", "gateway lost"],
    ['"gateway lost"', "gateway lost"],
    ["gateway level:error", "gateway"],
    ["lost!", "lost!"],
    ["x".repeat(300), `${"x".repeat(199)}*`],
  ])("takes the last word of %j as a beginning only while it may go on", (text, search) => {
    expect(parseFilter(text, bots).filters.search).toBe(search);
  });
});

describe("withToken", () => {
  it("sets, replaces and removes one key", () => {
    expect(withToken("lost level:info", "level", "error")).toBe("level:error lost");
    expect(withToken("level:info lost", "level", "")).toBe("lost");
    expect(withToken("", "bot", "Support desk")).toBe('bot:"Support desk"');
  });
});

describe("times", () => {
  it("sends what the server takes: spans and full times as they are, days and local times with their zone", () => {
    const instant = (text: string) => parseFilter(`after:"${text}"`, bots).filters.after;
    for (const text of ["15m", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00+01:00"]) expect(instant(text)).toBe(text);
    expect(instant("2026-01-31")).toBe(new Date(2026, 0, 31).toISOString());
    expect(instant("2026-01-31 10:30")).toBe(new Date(2026, 0, 31, 10, 30).toISOString());
    for (const text of ["2026-02-30", "2026-02-30T10:00:00Z", "2026-01-31T25:00"])
      expect(instant(text)).toBeUndefined();
  });
});

describe("matchesFilter", () => {
  const now = Date.parse("2026-01-01T12:00:00.000Z");
  const log: Log = {
    id: 1,
    type: "error",
    level: "error",
    message: "Gateway lost",
    timestamp: "2026-01-01T11:30:00.000Z",
    received_at: "2026-01-01T11:50:00.000Z",
    metadata: {},
    bot_id: "bot_a",
  };
  it("decides as the server would", () => {
    expect(matchesFilter(log, { level: "error,info", search: "LOST gate*", after: "1h" }, now)).toBe(true);
    expect(matchesFilter(log, { search: "gate" }, now)).toBe(false);
    expect(matchesFilter(log, { level: "info" }, now)).toBe(false);
    expect(matchesFilter(log, { after: "15m" }, now)).toBe(false);
    expect(matchesFilter(log, { bot_id: "bot_b" }, now)).toBe(false);
    expect(matchesFilter(log, { search: "gateway found" }, now)).toBe(false);
  });
});
