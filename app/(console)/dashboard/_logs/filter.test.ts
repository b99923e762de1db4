import { describe, expect, it } from "vitest";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { compileRegex } from "@/lib/fleet/telemetry/queries.search";
import { addTerm, botsWanted, expressionsOf, type Known, levelsOf, parseFilter, withTerm } from "./filter";

type Bots = { id: string; name: string }[];
const BOTS: Bots = [
  { id: "bot_a", name: "Greeter" },
  { id: "bot_b", name: "Support desk" },
];
/** Answers every name with all bots that contain it, as the server does. */
const known = (bots: Bots = BOTS, count?: number): Known => ({
  zone: "Europe/Berlin",
  bots: {
    get: (name: string) => {
      const found = bots.filter((bot) => `${bot.name} ${bot.id}`.toLowerCase().includes(name.toLowerCase()));
      return { bots: found, count: count ?? found.length };
    },
  },
  expressions: new Map(),
});
const messages = (text: string, bots?: Known) =>
  parseFilter(text, bots ?? known()).problems.map((problem) => problem.message);

describe("parseFilter", () => {
  it("gives bots and times as parameters, and the rest as a query", () => {
    const parsed = parseFilter('level:error,warning bot:"Support desk" after:1h attempt:>3 gateway lost', known());
    expect(parsed.filters).toEqual({
      bot_id: "bot_b",
      after: "1h",
      q: "level:error,warning attempt:>3 gateway lost*",
    });
    expect(parsed.problems).toEqual([]);
    expect(levelsOf(parsed.terms)).toEqual(["error", "warning"]);
  });
  it("reads a day in the zone of the reader", () => {
    expect(parseFilter("after:2026-01-31", known()).filters).toEqual({ after: "2026-01-30T23:00:00.000Z" });
  });
  it("finds a bot by id, by name in any case, and by any part of its name", () => {
    for (const text of ["bot:bot_a", "bot:greeter", "bot:Gre", "bot:EET"])
      expect(parseFilter(text, known()).filters).toEqual({ bot_id: "bot_a" });
  });
  it("means every bot whose name holds the text, and says how many; a whole name means its bots alone", () => {
    const music = [
      { id: "bot_1", name: "Music Box" },
      { id: "bot_2", name: "Live music" },
      { id: "bot_3", name: "Music" },
    ];
    expect(parseFilter("bot:usic", known(music))).toMatchObject({
      filters: { bot_ids: "bot_1,bot_2,bot_3" },
      note: '"usic" matches 3 bots: Music Box, Live music, Music',
      problems: [],
    });
    expect(parseFilter("bot:music", known(music))).toMatchObject({ filters: { bot_id: "bot_3" }, problems: [] });
    expect(messages("bot:usic", known(music, 1200))).toEqual(['"usic" matches 1,200 bots: type more of the name']);
    expect(parseFilter("-bot:box,live", known(music)).filters).toEqual({ q: "-bot:bot_1,bot_2" });
  });
  it("knows which names and expressions are to be looked up", () => {
    const { terms } = parseFilter("bot:a,b -bot:a /x/i", known());
    expect(botsWanted(terms)).toEqual(["a", "b"]);
    expect(expressionsOf(terms)).toEqual([{ key: "i/x", expression: { source: "x", flags: 1, not: false } }]);
  });
  it.each([
    ["level:err!or", 'Invalid level: "err!or" (write error or error,warning)'],
    ["bot:nobody", 'No bot named "nobody"'],
    ["bot:greeter bot:support", "No bot has all these names"],
    ["after:soon", 'Invalid time in after: "soon" (write 15m, 1h, 7d or 2026-01-31)'],
    ["before:", "before: needs a value"],
  ])("reports %s and leaves it out", (text, problem) => {
    expect(messages(text)).toEqual([problem]);
    expect(parseFilter(text, known()).filters).toEqual({});
  });
  it("leaves out an expression until it is compiled, and one that cannot be", () => {
    const filtersWith = (result?: string | (() => boolean)) =>
      parseFilter("lost /x(/", { ...known(), expressions: new Map(result ? [["/x(", result]] : []) });
    expect(filtersWith().filters).toEqual({ q: "lost" });
    expect(filtersWith("It cannot be read")).toMatchObject({
      filters: { q: "lost" },
      problems: [{ from: 5, to: 9, message: "It cannot be read" }],
    });
    expect(filtersWith(() => true).filters).toEqual({ q: "lost /x(/" });
  });
  it.each([
    ["gateway lo", "gateway lo*"],
    ["gateway lost ", "gateway lost"],
    ['"gateway lost"', '"gateway lost"'],
    ["gateway level:error", "gateway level:error"],
    ["lost!", "lost!"],
    ["-lost", "-lost"],
    ["http://x.org ", "http://x.org"],
  ])("takes the last word of %j as a beginning only while it may go on", (text, q) => {
    expect(parseFilter(text, known()).filters).toEqual({ q });
  });
});

describe("changes of the text", () => {
  it("replaces and removes the terms of a key, and leaves excluding ones", () => {
    expect(withTerm("lost level:info", "level", "level:error")).toBe("level:error lost");
    expect(withTerm('level:info "a  b" -level:debug', "level", "")).toBe('"a  b" -level:debug');
  });
  it("adds a term once", () => {
    expect(addTerm("lost ", "guild:42")).toBe("lost guild:42");
    expect(addTerm("guild:42 lost", "guild:42")).toBe("guild:42 lost");
    expect(addTerm("guild:42", "-guild:42")).toBe("guild:42 -guild:42");
  });
});

describe("live lines", () => {
  const now = Date.parse("2026-01-01T12:00:00.000Z");
  const log: Log = {
    id: 1,
    type: "error",
    level: "error",
    message: "Gateway lost",
    timestamp: "2026-01-01T11:30:00.000Z",
    received_at: "2026-01-01T11:50:00.000Z",
    metadata: { attempt: 4 },
    bot_id: "bot_a",
  };
  it.each([
    ["level:error,info LOST gate* after:1h", true],
    ["gate ", false],
    ["level:info", false],
    ["after:15m", false],
    ["before:15m", true],
    ["bot:support", false],
    ["-bot:greeter", false],
    ["gateway found", false],
    ["attempt:>3 -attempt:5", true],
    ['"lost gateway"', false],
    ["/LOST$/i", true],
    ["-/lost$/", false],
  ])("are tested for %s as the server would", async (text, expected) => {
    const expressions = new Map();
    for (const { key, expression } of expressionsOf(parseFilter(text, known()).terms))
      expressions.set(key, await compileRegex(expression));
    expect(parseFilter(text, { ...known(), expressions }).test(log, now)).toBe(expected);
  });
});
