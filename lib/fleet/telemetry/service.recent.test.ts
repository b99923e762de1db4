/** The lines that a rule counts as they are stored are those that a search finds. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VisibleBots } from "@/lib/identity/access";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import {
  addOwnedBots,
  clearTelemetry,
  NOON,
  readAll,
  storeLogs,
  telemetryBots,
  telemetryRoom,
} from "@/tests/db/telemetry";
import { lineTest, Subject } from "./query/line";
import { parseQuery } from "./query/parse";
import { toLog } from "./rows";
import { createIndexStore } from "./search/store.index";
import { createRecentService, type RecentLine } from "./service.recent";
import { createReader } from "./store.read";

const WORDS = ["gateway", "gate", "lost", "again", "retry 3", "Ünal", "=> !", "日本語"];
const message = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((found) => found.join(" "));
const line = fc.record({
  type: fc.constantFrom("info", "warn", "error", "ERROR"),
  message,
  metadata: fc.oneof(
    fc.constant({}),
    fc.record({
      attempt: fc.integer({ min: 0, max: 5 }),
      guild: fc.constantFrom<unknown>("My server", { name: "x" }, [1, "a"]),
    }),
  ),
});
const term = fc
  .tuple(
    fc.constantFrom("", "", "-"),
    fc.constantFrom(
      ...[
        "gateway",
        "gate*",
        "los",
        "unal",
        "retry",
        '"gateway lost"',
        '"=>"',
        '"lost"',
        "level:error",
        "level:warning,info",
      ],
      ...[
        "attempt:3",
        "attempt:>2",
        "attempt:*",
        'guild:"my server"',
        "guild.name:x",
        "guild:a",
        "日本語",
        '"retry 3"',
      ],
    ),
  )
  .map((pieces) => pieces.join(""));
const queries = fc.uniqueArray(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join(" "));

describe.each(databases)("recent lines on $provider", (kind) => {
  let database: TestDatabase;
  const room = telemetryRoom();
  const logs = createReader("log");
  const { recentLines } = createRecentService({ logs, bots: telemetryBots });

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(clearTelemetry);
  afterAll(() => database.close());

  async function found(query: string, scope = {}, { since = 0, most = 1_000 } = {}) {
    const lines: RecentLine[] = [];
    const from = await recentLines({ query, scope, since, most }, (found) => lines.push(found));
    return { from, ids: lines.map(({ id }) => id) };
  }

  it("tests a line as the search finds it, indexed or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        queries,
        fc.nat(12),
        async (lines, q, share) => {
          await clearTelemetry();
          await room.post("ada", ...lines);
          await createIndexStore().advance("log", share);
          const stored = (await readAll(logs, {})).rows.map(toLog);
          const test = lineTest(parseQuery(q).terms);
          const tested = stored.filter((log) => test(new Subject(log))).map(({ id }) => id);
          const searched = await room.logs(actor(9, "admin"), { q });
          expect(searched.logs.map(({ id }) => id)).toEqual(tested);
          expect(await found(q)).toEqual({ from: 0, ids: tested });
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each<[string, { visible?: VisibleBots; bot_ids?: string[] }, number[]]>([
    ["all bots", {}, [4, 3, 2, 1]],
    ["bots of a team", { visible: { teams: [2], bots: [] } }, [4, 2]],
    ["selected bots that are out of reach", { visible: { teams: [2], bots: [] }, bot_ids: ["ada"] }, []],
    ["one selected bot", { bot_ids: ["ada"] }, [3, 1]],
    ["many selected bots", { bot_ids: ["ada", ...Array.from({ length: 80 }, (_, at) => `b${at}`)] }, [3, 1]],
  ])("finds lines of %s", async (_, scope, ids) => {
    const bots = ["ada", "bob", "ada", "bob"];
    await storeLogs(bots.map((bot_id, at) => ({ seq: at + 1, bot_id, message: "gateway lost" })));
    expect((await found("lost", scope)).ids).toEqual(ids);
  });

  it("ends at the time of receipt and at the most lines, and says since when it knows all", async () => {
    const minutes = [0, 10, 20, 30];
    await storeLogs(minutes.map((at, seq) => ({ seq: seq + 1, message: "lost", at: NOON + at * 60_000 })));
    const since = NOON + 15 * 60_000;
    expect(await found("lost", {}, { since })).toEqual({ from: since, ids: [4, 3] });
    expect(await found("lost", {}, { most: 2 })).toEqual({ from: NOON + 20 * 60_000, ids: [4, 3] });
  });
});
