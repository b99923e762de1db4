/** Dry runs of what is stored of the machine and of transfers, on the real stores. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { iso } from "@/lib/core/clock";
import { botTeams } from "@/lib/fleet/bots";
import { createChannelStore } from "@/lib/operations/alerts/channels/store";
import { createSampler } from "@/lib/operations/alerts/engine/sampler";
import { createReadingStore } from "@/lib/operations/alerts/engine/store.readings";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { testQuotas } from "@/tests/quotas";
import { RuleInput } from "./contract";
import { createRuleService } from "./service";
import { createRuleStore } from "./store";
import { createHistoryStore } from "./store.history";

const admin = actor(1, "admin");
const MINUTE = 60_000;

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const now = () => clock.at;
  const rules = createRuleService({
    ...{ rules: createRuleStore(async () => new Map()), channels: createChannelStore(), quotas: testQuotas() },
    ...{
      readings: createReadingStore(),
      history: createHistoryStore(),
      botTeams,
      now,
      newId: (prefix: string) => prefix,
    },
    ...{ publish: async () => {}, emit: () => {}, recentLines: async () => clock.at },
  });
  const dry = (input: object, by = admin) => rules.dryRun(by, RuleInput.parse({ name: "R", scope: "all", ...input }));

  beforeAll(async () => {
    room = await openRoom(database);
  });
  afterAll(() => room.close());

  it("of the machine look at what was written down of it, and say since when", async () => {
    const disk = { metric: "disk", threshold: 90, recover_below: 80, for_s: 120 };
    expect(await dry(disk)).toMatchObject({ complete: false, total: 0, from: iso(now()), to: iso(now()) });
    let usage = { cpu: 0.1, memory: 0.2, disk: 0.5 };
    const sample = createSampler({ store: createHistoryStore(), machine: async () => usage, now });
    const minutes = async (count: number, share: number) => {
      usage = { ...usage, disk: share };
      for (let round = 0; round < count; round++) {
        clock.at += MINUTE;
        await sample();
        await sample();
      }
    };
    await minutes(5, 0.5);
    const began = Math.floor(now() / MINUTE) * MINUTE + MINUTE;
    await minutes(5, 0.95);
    await minutes(2, 0.85);
    await minutes(3, 0.5);
    expect(await room.all("SELECT at FROM machine_sample")).toHaveLength(15);
    expect(await dry(disk)).toMatchObject({
      ...{ complete: false, total: 1 },
      firings: [{ at: iso(began + 2 * MINUTE), until: iso(began + 7 * MINUTE), labels: ["The server"] }],
    });
    expect(await dry({ ...disk, metric: "memory" })).toMatchObject({ total: 0 });
    await minutes(1440, 0.95);
    expect(await dry(disk)).toMatchObject({ complete: true, total: 1, firings: [{ until: null }] });
    expect(await room.all("SELECT at FROM machine_sample")).toHaveLength(1441);
  });

  it("of transfers see those that failed, each person their own", async () => {
    await room.run("DELETE FROM transfer");
    await room.run(`DELETE FROM "user"`);
    for (const id of [1, 7]) await aStoredUser({ id });
    const failed = (id: string, owner: number, at: number, status = "failed") =>
      room.run(
        `INSERT INTO transfer (id, owner_id, url, dir, status, created_at, due_at, finished_at)
         VALUES ('${id}', ${owner}, 'https://example.org/a', '', '${status}', ${at}, ${at}, ${at})`,
      );
    await failed("t1", 7, now() - 60 * MINUTE);
    await failed("t2", 7, now() - 58 * MINUTE);
    await failed("t3", 1, now() - 58 * MINUTE);
    await failed("t4", 7, now() - 59 * MINUTE, "completed");
    await failed("t5", 7, now() - 30 * 60 * MINUTE);
    const two = { metric: "failed_transfers", threshold: 2 };
    expect(await dry(two)).toMatchObject({
      ...{ complete: true, total: 1 },
      firings: [{ at: iso(now() - 58 * MINUTE), until: iso(now() - 55 * MINUTE), labels: ["u7"] }],
    });
    expect(await dry({ ...two, scope: "own" }, actor(7))).toMatchObject({ total: 1 });
    expect(await dry({ ...two, scope: "own" })).toMatchObject({ total: 0 });
    const counts = await createHistoryStore().past.transfers(now() - 24 * 60 * MINUTE, now());
    expect(counts.map(({ subject, times }) => [subject, times])).toEqual([
      ["user:7", 1],
      ...[...["user:1", "user:7"].map((subject) => [subject, 1])],
    ]);
  });
});
