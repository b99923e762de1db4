/** The bots that a rule reads, and whether it read all of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCounter } from "@/lib/operations/alerts/engine/counters";
import type { LineCount } from "@/lib/operations/alerts/engine/lines";
import { createReadingStore, READINGS_MAX } from "@/lib/operations/alerts/engine/store.readings";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { addBots, openRoom } from "@/tests/db/rooms";
import { RuleInput } from "./contract";
import { createMetrics } from "./metrics";

/** The owner of bot "b". The id of a personal team serves as well as that of another: both are in one column. */
const TEAM = 2;

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const now = () => 1_000_000;
  const rule = ({ team_id = 1, ...input }: Record<string, unknown> & { team_id?: number }, of_admin = false) => ({
    ...RuleInput.parse({ name: "R", metric: "failed_commands", threshold: 1, ...input }),
    team_id,
    ...{ rule_id: "r", owner_id: 1, version: 0, created_at: 0, updated_at: 0, of_admin, rights: undefined },
  });
  const metricsOf = (failures = createCounter(now), lines: LineCount[] = [], quiet: string[] = []) =>
    createMetrics({
      ...{ lines: { read: () => lines }, silenced: async () => new Set(quiet) },
      ...{ store: createReadingStore(), errors: createCounter(now), failures, transfers: createCounter(now), now },
      machine: async () => ({ cpu: 0, memory: 0, disk: 0 }),
    });

  beforeAll(async () => {
    room = await openRoom(database);
    await addBots();
    for (const [id, bot] of Object.entries({ c1: "a", c2: "b" }))
      await room.run(`INSERT INTO command (id, bot_id, type, created_at) VALUES ('${id}', '${bot}', 'ping', 0)`);
  });
  afterAll(() => room.close());

  it.each([
    ["own bots", { scope: "own" }, false, ["a"]],
    ["bots an admin selected", { scope: "selected", bot_ids: ["a", "b"] }, true, ["a", "b"]],
    ["bots somebody selected while they were an admin", { scope: "selected", bot_ids: ["a", "b"] }, false, ["a"]],
    ["all bots", { scope: "all" }, true, ["a", "b"]],
    ["bots of a team", { scope: "own", team_id: TEAM }, false, ["b"]],
    [
      "bots of a team, one of which has left it",
      { scope: "selected", bot_ids: ["a", "b"], team_id: TEAM },
      false,
      ["b"],
    ],
  ])("reads of %s those the rule's owner may watch", async (_, input, admin, expected) => {
    const failures = createCounter(now);
    failures.add("a", 1);
    failures.add("b", TEAM);
    const metrics = metricsOf(failures);
    const counted = await metrics.failed_commands(rule(input, admin), 1);
    expect(counted.readings.map((one) => one.subject).sort()).toEqual(expected);
    const waiting = await metrics.queue_age(rule({ ...input, metric: "queue_age", threshold: 5 }, admin), 5);
    expect(waiting.readings.map((one) => one.subject).sort()).toEqual(expected);
  });

  it("adds up the lines of the bots that the owner sees, without those in maintenance, and names the newest", async () => {
    const line = (bot_id: string, team_id: number, id: number, count: number) => ({
      ...{ bot_id, team_id, count, newest: { id, bot_id, message: `\u001b[31mlost\u001b[0m\n${id} <b>` } },
    });
    const lines = [line("a", 1, 7, 2), line("b", TEAM, 9, 4), line("a2", 1, 3, 1)];
    const asked = { metric: "log_match", query: "lost", scope: "own" };
    const read = async (quiet: string[] = [], low = 2) =>
      metricsOf(undefined, lines, quiet).log_match(rule(asked), low);
    const found = { subject: "lines", label: "a: lost 7 <b>", bot_id: "a", value: 3 };
    expect(await read()).toEqual({ readings: [found], whole: true });
    expect(await read(["a2"])).toEqual({ readings: [{ ...found, value: 2 }], whole: true });
    expect(await read(["a"])).toEqual({ readings: [], whole: true });
    expect(await read([], 4)).toEqual({ readings: [], whole: true });
  });

  it("knows that it did not read all, also when some of what it took is gone", async () => {
    const failures = createCounter(now);
    for (let index = 0; index < READINGS_MAX + 1; index++) failures.add(`gone${index}`, 1);
    expect(await metricsOf(failures).failed_commands(rule({ scope: "own" }), 1)).toEqual({
      readings: [],
      whole: false,
    });
  });
});
