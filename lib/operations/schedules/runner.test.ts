/** Tests of runs when processes race, die and come back, on the real stores of both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredUser, openRoom } from "@/tests/db/rooms";
import { aQueue, owner, type Queue } from "@/tests/queue/queue";
import type { ScheduleInput } from "./contract";
import { createFollowing } from "./following";
import { createScheduleWork } from "./jobs";
import { createRunner } from "./runner";
import { createScheduleStore } from "./store";
import { requestedRecurrence } from "./store.rows";
import { createRunStore } from "./store.runs";

const HOUR = 3_600_000;
/** In Berlin clocks skip from 02:00 to 03:00 on this day. */
const SPRING = Date.parse("2026-03-28T12:00:00Z");

describe.each(databases)("runs of schedules on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  const store = createScheduleStore();
  const runs = createRunStore();
  let queue: Queue;
  let bots: Bot[];
  let acting: UserActor | undefined;
  let notified: string[];
  let paused: Map<string, string>;
  let errors: unknown[];
  const now = () => queue.world.at;

  /** The work of one process; `changed` replaces statements, so that a test can end it in the middle. */
  function aProcess(changed: Partial<ReturnType<typeof createRunStore>> = {}) {
    const own = { ...runs, ...changed };
    const notify = async ({ title }: { title: string }) => notified.push(title);
    const following = createFollowing({ store, runs: own, operatorsOf: async () => [1], notify, now });
    const runner = createRunner({
      ...{ store, runs: own, commands: queue.service, following, now },
      bots: {
        getMany: async (_, ids) => new Map(bots.filter(({ id }) => ids.includes(id)).map((bot) => [bot.id, bot])),
        list: async () => ({ bots, count: bots.length, next_cursor: null }),
      },
      actFor: async () => acting,
      pausedBots: async () => paused,
    });
    return createScheduleWork({
      store,
      runs: own,
      runner,
      following,
      now,
      newId,
      onError: (error) => void errors.push(error),
    });
  }

  const commands = () => db().all<{ bot_id: string }>("SELECT bot_id FROM command ORDER BY bot_id");
  const history = () =>
    db().all<{ due_at: number; trigger: string; state: string; bots: number; skipped: number; failed: number }>(
      "SELECT due_at, trigger, state, bots, skipped, failed FROM schedule_run ORDER BY due_at",
    );

  async function aSchedule(more: Partial<ScheduleInput> = {}): Promise<string> {
    const input: ScheduleInput = {
      ...{ name: "Nightly", cron: "30 2 * * *", time_zone: "Europe/Berlin", filter: { tag: "eu" } },
      ...{ type: "ping", payload: {}, priority: 0, max_attempts: 10 },
      ...{ offline: "queue", overlap: "skip", missed: "skip", ...more },
    };
    const id = newId("sch");
    const made = { id, team_id: 1, created_by: 1, input, recurrence: requestedRecurrence(input, now()), at: now() };
    await store.add(made, Date.parse("2026-03-29T01:00:00Z"), 100);
    return id;
  }

  beforeEach(async () => {
    for (const table of ["schedule_target", "schedule_run", "schedule", "command", "bot"])
      await db().run(`DELETE FROM ${table}`);
    queue = await aQueue();
    queue.world.at = SPRING;
    const other = await aStoredBot();
    bots = [queue.bot.bot_id, other].map(
      (id, place) => ({ id, team_id: 1, status: place ? "offline" : "online" }) as Bot,
    );
    acting = { ...owner, scope: "operate" };
    notified = [];
    paused = new Map();
    errors = [];
  });

  it("sends once after the gap of summer time, and leaves out a bot that is offline", async () => {
    await aSchedule({ offline: "skip" });
    const { step } = aProcess();
    for (queue.world.at = SPRING; now() < SPRING + 24 * HOUR; queue.world.at += HOUR / 2) await step();
    expect(await commands()).toEqual([{ bot_id: queue.bot.bot_id }]);
    expect(await history()).toMatchObject([
      { due_at: Date.parse("2026-03-29T01:00:00Z"), trigger: "due", bots: 2, skipped: 1 },
    ]);
    const [next] = await db().all<{ next_at: number }>("SELECT next_at FROM schedule");
    expect(next!.next_at).toBe(Date.parse("2026-03-30T00:30:00Z"));
  });

  it("leaves out a bot in maintenance, and shows why", async () => {
    await aSchedule();
    paused.set(bots[0]!.id, "In maintenance: Upgrade");
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    await aProcess().step();
    expect(await commands()).toEqual([{ bot_id: bots[1]!.id }]);
    expect(await db().all("SELECT bot_id, note FROM schedule_target WHERE state = 'skipped'")).toEqual([
      { bot_id: bots[0]!.id, note: "In maintenance: Upgrade" },
    ]);
  });

  it("deletes schedules of a team that was deleted, and keeps those of people", async () => {
    const [kept, gone] = [await aSchedule(), await aSchedule()];
    const person = await aStoredUser({ id: 71 });
    await db().run(`UPDATE schedule SET team_id = ${person} WHERE id = '${kept}'`);
    await db().run(`UPDATE schedule SET team_id = 2000000000 WHERE id = '${gone}'`);
    await aProcess().prune();
    expect(await db().all("SELECT id FROM schedule")).toEqual([{ id: kept }]);
  });

  it("begins a run in one process alone", async () => {
    await aSchedule();
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    await Promise.all([aProcess().step(), aProcess().step(), aProcess().step()]);
    expect(await commands()).toHaveLength(2);
    expect(await history()).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it("runs a schedule a moment later when the database failed, instead of stopping it", async () => {
    await aSchedule();
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    await aProcess({ beginDue: () => Promise.reject(new Error("connection lost")) }).step();
    expect([errors.length, notified]).toEqual([1, []]);
    await aProcess().step();
    expect(await commands()).toHaveLength(2);
  });

  it.each(["plan", "note", "close"] as const)("continues a run whose process died before `%s`", async (statement) => {
    await aSchedule();
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    await aProcess({ [statement]: () => Promise.reject(new Error("killed")) }).step();
    expect(errors).toHaveLength(1);
    await aProcess().step();
    const before = await commands();
    expect(before).toHaveLength(statement === "plan" ? 0 : 2);
    queue.world.at += 31_000;
    await aProcess().step();
    expect(await commands()).toHaveLength(2);
    expect(await history()).toMatchObject([{ state: "open", bots: 2, failed: 0 }]);
  });

  it.each([
    ["skip", "skipped", 0],
    ["run", "open", 2],
  ] as const)(
    "with missed: %s, leaves one run that is %s after a night without a server",
    async (missed, state, sent) => {
      await aSchedule({ missed });
      queue.world.at = Date.parse("2026-04-02T12:00:00Z");
      await aProcess().step();
      await aProcess().step();
      expect(await history()).toMatchObject([{ trigger: "missed", state }]);
      expect(await commands()).toHaveLength(sent);
      const [next] = await db().all<{ next_at: number }>("SELECT next_at FROM schedule");
      expect(next!.next_at).toBe(Date.parse("2026-04-03T00:30:00Z"));
    },
  );

  it("does not run a time again after the clock was set back", async () => {
    const id = await aSchedule();
    const due = Date.parse("2026-03-29T01:00:00Z");
    queue.world.at = due + 1_000;
    await aProcess().step();
    await db().run("UPDATE schedule SET next_at = $1 WHERE id = $2", [due, id]);
    await aProcess().step();
    expect(await commands()).toHaveLength(2);
    expect(await history()).toHaveLength(1);
  });

  it("stops with a notice when nobody may act for its owner any more", async () => {
    await aSchedule();
    acting = undefined;
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    await aProcess().step();
    expect(await commands()).toEqual([]);
    expect(notified).toEqual(["The schedule Nightly was stopped"]);
    expect(await db().all("SELECT state, next_at FROM schedule")).toEqual([{ state: "stopped", next_at: null }]);
  });

  it("stops when its owner may command none of the bots that it names", async () => {
    await aSchedule({ filter: undefined, bot_ids: bots.map(({ id }) => id) });
    bots = [];
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    await aProcess().step();
    expect(await history()).toMatchObject([{ state: "done", failed: 2 }]);
    expect(notified).toEqual(["The schedule Nightly was stopped"]);
  });

  it("notifies once when three runs in a row failed", async () => {
    await aSchedule({ cron: undefined, every_minutes: 60, overlap: "send" });
    bots = bots.slice(0, 1);
    queue.world.at = Date.parse("2026-03-29T01:00:01Z");
    for (let run = 0; run < 5; run++) {
      await aProcess().step();
      for (const { id } of await db().all<{ id: string }>("SELECT id FROM command WHERE status = 'pending'"))
        await queue.service.cancel(owner, id);
      queue.world.at += 2_000;
      await aProcess().step();
      queue.world.at += HOUR - 2_000;
    }
    expect(notified).toEqual(["The schedule Nightly keeps failing"]);
  });
});
