/** The bots that a rule reads, and whether it read all of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCounter } from "@/lib/operations/alerts/engine/counters";
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
  const metricsOf = (failures = createCounter(now)) =>
    createMetrics({
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

  it("knows that it did not read all, also when some of what it took is gone", async () => {
    const failures = createCounter(now);
    for (let index = 0; index < READINGS_MAX + 1; index++) failures.add(`gone${index}`, 1);
    expect(await metricsOf(failures).failed_commands(rule({ scope: "own" }), 1)).toEqual({
      readings: [],
      whole: false,
    });
  });
});
