import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { exportLogs } from "@/lib/fleet/telemetry/contract.export";
import { createIndexStore } from "@/lib/fleet/telemetry/search/store.index";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, botActor, clearTelemetry, telemetryRoom } from "@/tests/db/telemetry";
import { testTexts } from "../search/regex.thread";
import { compileRegex } from "./regex";

const LINES = [
  {
    type: "error",
    message: "Gateway lost: retry 3 of 5",
    metadata: { attempt: 3, guild: { id: 418870233001122334n, name: "My server" } },
  },
  { type: "warn", message: "The gateway was lost again", metadata: { attempt: 4, tags: ["voice", "eu"] } },
  { type: "info", message: "lost and found: gateway", metadata: { "guild.id": "x", note: 'a "quoted" ünal' } },
  { type: "debug", message: "Heartbeat in 41 ms", metadata: { command_id: "cmd_7", ms: 0.5, ok: true } },
  { type: "error", message: "retry 12 of 20", metadata: { attempt: 12 } },
  { type: "info", message: "=> !!! <=" },
];

describe.each(databases)("queries of logs on $provider", (kind) => {
  let database: TestDatabase;
  const room = telemetryRoom();
  const index = createIndexStore();

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(async () => {
    await clearTelemetry();
    vi.clearAllMocks();
    for (const [place, line] of LINES.entries()) await room.post(place === 4 ? "bob" : "ada", line);
  });
  afterAll(() => database.close());

  /** The places in LINES that a query finds, read page by page. */
  async function found(q: string, over: Record<string, string> = {}): Promise<number[]> {
    const places: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await room.logs(actor(9, "admin"), { q, limit: "1", ...over, ...(cursor && { cursor }) });
      places.push(...page.logs.map((log) => LINES.findIndex((line) => line.message === log.message)));
      if (page.next_cursor === null) return places.reverse();
      cursor = page.next_cursor;
    }
  }

  it.each<[string, number[]]>([
    ["gateway", [0, 1, 2]],
    ['"gateway lost"', [0]],
    ['"gateway was"', [1]],
    ['gateway -"gateway lost"', [1, 2]],
    ["gate* -found", [0, 1]],
    ["heart* milli*", []],
    ["gate* retr*", [0]],
    ["level:error,warning", [0, 1, 4]],
    ["level:error level:warning", []],
    ["-level:error -level:info", [1, 3]],
    ["attempt:>3", [1, 4]],
    ["attempt:>=3 attempt:<12", [0, 1]],
    ["attempt:3", [0]],
    ["attempt:*", [0, 1, 4]],
    ["-attempt:*", [2, 3, 5]],
    ["guild.id:418870233001122334", [0]],
    ["guild.id:>418870233001122333 guild.id:<418870233001122335", [0]],
    ["guild.id:x", [2]],
    ['guild.name:"my SERVER"', [0]],
    ["guild.name:my*", [0]],
    ["note:*", [2]],
    ['note:"a \\"quoted\\" ünal"', [2]],
    ["tags:eu,us", [1]],
    ["ok:true ms:<1", [3]],
    ["cmd:cmd_7", [3]],
    ["bot:bob", [4]],
    ["bot:b,ada attempt:>3", [1, 4]],
    ["-bot:ada", [4]],
    ["/retry \\d{2}/", [4]],
    ["/RETRY \\d/i -/of 20$/", [0]],
    ["level:error /lost/", [0]],
    ['"=>"', [5]],
    ["constructor:*", []],
  ])("finds the lines of %s, indexed or not", async (q, expected) => {
    expect(await found(q)).toEqual(expected);
    await index.advance("log", 3);
    expect(await found(q)).toEqual(expected);
    await index.advance("log", 100);
    expect(await found(q)).toEqual(expected);
  });

  it("takes its terms together with the parameters", async () => {
    expect(await found("attempt:>=3", { level: "error" })).toEqual([0, 4]);
    expect(await found("level:error", { level: "warn,error", bot_id: "ada" })).toEqual([0]);
    expect(await found("bot:ada", { bot_id: "bob" })).toEqual([]);
    expect(await found("-lost", { search: "gateway" })).toEqual([]);
    expect(await found("after:1h")).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await found("before:1h")).toEqual([]);
    expect(await found("")).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("names the place of a problem", async () => {
    const refused = (q: string, by: Actor = actor(9, "admin")) => room.logs(by, { q });
    for (const [q, message] of [
      ["lost level:err!or", 'q: character 6, "level:err!or": Invalid level: "err!or" (write error or error,warning)'],
      ["bot:nobody", 'q: character 1, "bot:nobody": No bot named "nobody"'],
      ["x /a(b/", 'q: character 3, "/a(b/": This expression cannot be read: missing closing ): `a(b`'],
      [
        "/(a{500}){2}/",
        'q: character 1, "/(a{500}){2}/": This expression is too large: use fewer or smaller repetitions',
      ],
      [
        "/a/ /b/ -/c/ /d/ /e/",
        'q: character 18, "/e/": A query has at most 4 expressions: join some as /(?:one|other)/, or leave out the rest',
      ],
    ])
      await expect(refused(q!)).rejects.toMatchObject({ code: "INVALID_INPUT", message });
    await expect(refused("bot:ada", actor(2))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(refused("bot:bob", botActor("ada"))).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("refuses more names of bots than a filter may have, and looks up none of them", async () => {
    const names = Array.from({ length: 51 }, (_, at) => `b${at}`).join();
    const refused = room.logs(actor(9, "admin"), { q: `bot:${names}` });
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("names 51 bots; at most 50") });
  });

  it("finds no line of a bot that the caller may not see", async () => {
    const { logs } = await room.logs(actor(2), { q: "/./" });
    expect(logs.map((log) => log.bot_id)).toEqual(["bob"]);
  });

  it("exports exactly the lines that a query finds", async () => {
    const query = exportLogs.query.parse({ q: "attempt:>=3 -/of 20/", format: "ndjson" });
    let text = "";
    for await (const chunk of (await room.service.exportLogs(actor(9, "admin"), query)).stream) text += chunk;
    const lines = text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).message)).toEqual([LINES[0]!.message, LINES[1]!.message]);
  });
});

describe("expressions in their thread", () => {
  it("answers for each text whether all expressions allow it", async () => {
    const expressions = [
      { source: "ab+", flags: 1, not: false },
      { source: "x$", flags: 0, not: true },
    ];
    expect(await testTexts(expressions, ["ABB", "abx", "none"])).toEqual([true, false, false]);
  });

  it("answers with what it tested when a text takes long", async () => {
    const slow = { source: "[ab]*a[ab]{200}[cd]", flags: 0, not: false };
    expect(typeof (await compileRegex(slow))).toBe("function");
    const text = Array.from({ length: 16_384 }, (_, at) => ((at * at * 7 + (at >> 3)) % 5 < 2 ? "a" : "b")).join("");
    const hits = await testTexts([slow], Array(500).fill(text));
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.length).toBeLessThan(500);
  });
});
