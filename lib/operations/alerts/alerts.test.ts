/** Rules against a clock that tests move, on the real stores: what fires, joins, comes back, is snoozed, rises and recovers. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { createLeadership, leases } from "@/lib/core/jobs";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { blocked } from "@/tests/db/locks";
import { openRoom } from "@/tests/db/rooms";
import { createChannelStore } from "./channels/store";
import { createEngine } from "./engine/engine";
import { createPublisher } from "./engine/publish";
import { createWatchStore } from "./engine/store";
import { createReadingStore } from "./engine/store.readings";
import { type Metric, RuleInput } from "./rules/contract";
import type { Read } from "./rules/metrics";
import { createRuleService } from "./rules/service";
import { createRuleStore } from "./rules/store";
import { createHistoryStore } from "./rules/store.history";
import { createAlertService } from "./service";
import { createAlertStore } from "./store";
import { createAlertLists } from "./store.list";
import { type Reading, settle } from "./store.rows";

const admin = actor(1, "admin");
const MINUTE = 60_000;

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const clock = { at: 0 };
  const now = () => clock.at;
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${(serial++).toString().padStart(6, "0")}`;
  const facts: [string, Record<string, unknown>][] = [];
  const notified: { title: string; to: unknown }[] = [];
  const errors: unknown[] = [];
  /** The values that the tests' only metric reads, by subject. */
  let readings: Record<string, number> = {};
  const read: Read = async (_rule, low) => ({
    readings: Object.entries(readings)
      .filter(([, value]) => value >= low)
      .map(([subject, value]): Reading => ({ subject, label: subject.toUpperCase(), bot_id: subject, value })),
    whole: true,
  });
  const store = createAlertStore();
  const rules = createRuleStore();
  const channels = createChannelStore();
  const emit = (name: string, fact: object) => void facts.push([name, fact as Record<string, unknown>]);
  const publish = createPublisher({
    ...{ wake: () => {}, emit: emit as never },
    notify: async ({ title, to }) => {
      notified.push({ title, to });
      return 1;
    },
  });
  /** An engine in a process of its own, which looks while it holds the job's lease. */
  const engineOf = (watch: Partial<ReturnType<typeof createWatchStore>> = {}) => {
    const { tick, forget } = createEngine({
      ...{ rules, now, newId, publish, onError: (error) => void errors.push(error) },
      store: { ...createWatchStore(), ...watch },
      metrics: new Proxy({} as Record<Metric, Read>, { get: () => read }),
    });
    const leadership = createLeadership({ leases, holder: newId("process"), scheduler: { now } });
    return {
      forget,
      async tick(): Promise<void> {
        await leadership.renew();
        const lead = await leadership.lead("alerts.watch");
        if (lead) await tick(lead.awayMs);
      },
      stop: () => leadership.resign("alerts.watch"),
    };
  };
  let engine: ReturnType<typeof engineOf>;
  const service = createAlertService({ store, lists: createAlertLists(), rules, publish, now, newId });
  const ruleService = createRuleService({
    ...{
      rules,
      channels,
      readings: createReadingStore(),
      history: createHistoryStore(),
      publish,
      emit: emit as never,
      now,
      newId,
    },
  });

  const rule = (input: object = {}, by = admin) =>
    ruleService.create(by, RuleInput.parse({ name: "R", metric: "error_logs", threshold: 10, scope: "all", ...input }));
  /** So much later, looked at all the while. */
  const later = async (ms: number) => {
    for (let left = ms; left > 10_000; left -= 10_000) {
      clock.at += 10_000;
      await engine.tick();
    }
    clock.at += ms > 10_000 ? ms % 10_000 || 10_000 : ms;
    await engine.tick();
  };
  const alerts = async (query: object = {}) => (await service.list(admin, { limit: 100, ...query })).alerts;
  const channel = (id: string, input: object = {}) =>
    channels.add(
      {
        ...{ id, owner_id: 1, global: 1, kind: "webhook", name: id, address: "sealed", hint: "h", min_severity: "low" },
        ...{ created_at: now(), ...input },
      } as never,
      20,
    );
  const queued = () =>
    room.all<{ channel_id: string; payload: string; status: string; due_at: number }>(
      "SELECT channel_id, payload, status, due_at FROM alert_delivery ORDER BY seq",
    );
  const events = async (status = "queued") =>
    (await queued())
      .filter((one) => one.status === status)
      .map((one) => `${one.channel_id} ${JSON.parse(one.payload).event}`);

  beforeAll(async () => {
    room = await openRoom(database);
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    for (const table of [
      "alert_delivery",
      "alert_channel",
      "alert_event",
      "alert_member",
      "alert",
      "alert_rule",
      "alert_wait",
      "machine_sample",
      "setting",
      "job_lease",
    ])
      await room.run(`DELETE FROM ${table}`);
    clock.at = Date.parse("2026-03-01T12:00:00Z");
    readings = {};
    for (const list of [facts, notified, errors]) list.length = 0;
    engine = engineOf();
  });

  it("fires when the threshold has held for its duration, and not before", async () => {
    await rule({ for_s: 60 });
    readings = { a: 12 };
    await later(0);
    await later(59_000);
    expect(await alerts()).toEqual([]);
    await later(1_000);
    expect(await alerts()).toMatchObject([
      { state: "firing", level: "warning", severity: "medium", message: "A logged 12 errors within 5 min", members: 1 },
    ]);
    expect(facts.at(-1)).toMatchObject(["alert.raised", { alert: { source_name: "R" } }]);
    expect(notified).toEqual([{ title: "▲ Medium alert: A logged 12 errors within 5 min", to: { role: "admin" } }]);
  });

  it("begins the duration anew after a dip", async () => {
    await rule({ for_s: 60 });
    readings = { a: 12 };
    await later(0);
    await later(50_000);
    readings = { a: 9 };
    await later(5_000);
    readings = { a: 12 };
    await later(5_000);
    await later(59_000);
    expect(await alerts()).toEqual([]);
    await later(1_000);
    expect(await alerts()).toHaveLength(1);
  });

  it("says one thing once while it lasts, and recovers only below its lower mark", async () => {
    await rule({ recover_below: 5 });
    readings = { a: 12 };
    for (let round = 0; round < 5; round++) await later(5_000);
    readings = { a: 6 };
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "firing", count: 1 }]);
    readings = { a: 4 };
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "resolved", handled_by: null, open_members: 0 }]);
    expect(notified.map((one) => one.title)).toEqual([
      "▲ Medium alert: A logged 12 errors within 5 min",
      "✓ Resolved: A logged 12 errors within 5 min",
    ]);
  });

  it("is one alert when fifty begin together, also when some are a moment later", async () => {
    await channel("hook");
    await rule({ metric: "bot_offline", threshold: 60 });
    readings = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`bot${index}`, 61]));
    await later(0);
    for (let index = 40; index < 50; index++) readings[`bot${index}`] = 61;
    await later(5_000);
    expect(await alerts()).toMatchObject([
      { members: 50, open_members: 50, message: "50 bots are offline: BOT0, BOT1, BOT2 and 47 more" },
    ]);
    expect(await events()).toEqual(["hook raised"]);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    expect((await service.get(admin, alert_id)).events.map((one) => one.kind)).toEqual(["joined", "raised"]);
    for (let index = 0; index < 49; index++) delete readings[`bot${index}`];
    await later(5_000);
    expect(await alerts()).toMatchObject([{ open_members: 1, state: "firing", message: "BOT49 is offline" }]);
  });

  it("makes another alert of what begins much later", async () => {
    await rule();
    readings = { a: 12 };
    await later(0);
    await later(3 * MINUTE);
    readings = { a: 12, b: 12 };
    await later(5_000);
    expect((await alerts()).map((one) => one.message[0])).toEqual(["B", "A"]);
  });

  describe("what flaps", () => {
    const round = async (between?: () => Promise<void>) => {
      readings = { a: 12 };
      await later(10_000);
      await between?.();
      readings = {};
      await later(10_000);
      await between?.();
    };
    /** As if the sender had sent what is queued by now. */
    const sendAll = () => room.run("UPDATE alert_delivery SET status = 'sent', attempts = 1 WHERE status = 'queued'");
    const titles = () => notified.map(({ title }) => title.replace(/:.*/, ""));
    const sent = async () => (await events("sent")).map((line) => line.replace("hook ", ""));

    it("is one alert, said to be flapping once, and told to be over when it has been for some minutes", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 6; time++) await round(sendAll);
      expect(await alerts()).toMatchObject([{ count: 6, members: 1, state: "resolved" }]);
      const rounds = ["raised", "resolved", "again", "resolved", "again", "resolved", "flapping"];
      expect(await sent()).toEqual(rounds);
      expect(titles().at(-1)).toBe("▲ Medium alert is flapping");
      await later(4 * MINUTE);
      expect(await events()).toEqual([]);
      await later(MINUTE);
      expect(await events()).toEqual(["hook resolved"]);
      expect(titles().at(-1)).toBe("✓ Resolved");
      const counted = notified.length;
      await later(60 * MINUTE);
      expect(notified).toHaveLength(counted);
      readings = { a: 12 };
      await later(5_000);
      expect(await alerts()).toHaveLength(2);
    });

    it("does not end on a lie: what flaps and dies is told to fire, also after a restart", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 6; time++) {
        await round();
        await sendAll();
      }
      readings = { a: 12 };
      await later(2 * MINUTE);
      await engine.stop();
      engine = engineOf();
      await later(4 * MINUTE);
      expect(await alerts()).toMatchObject([{ state: "firing", count: 7 }]);
      expect(await events()).toEqual(["hook again"]);
      expect(titles().at(-1)).toBe("▲ Again, medium alert");
      const { events: history } = await service.get(admin, (await alerts())[0]!.alert_id);
      expect(history[0]).toMatchObject({ kind: "calmed", detail: "firing" });
      await sendAll();
      readings = {};
      await later(10_000);
      expect(await events()).toEqual(["hook resolved"]);
    });

    it("is told once by several processes", async () => {
      const made = await rule();
      for (let time = 0; time < 4; time++) await round();
      await engine.stop();
      clock.at += 6 * MINUTE;
      const all = new Map([[made.rule_id, (await rules.enabled())[0]!]]);
      const watch = createWatchStore();
      const changes = (await Promise.all([1, 2, 3].map(() => watch.due(now(), all)))).flat();
      expect(changes).toMatchObject([{ kind: "calmed", event: "resolved" }]);
    });

    it("is still told to escalate", async () => {
      await channel("hook");
      await rule({ escalate_after_m: 1 });
      for (let time = 0; time < 5; time++) await round();
      readings = { a: 12 };
      await later(70_000);
      expect((await events()).at(-1)).toBe("hook escalated");
      expect(titles().at(-1)).toBe("◆ Escalated, high alert");
      // The last announcement is still true, so no further one is due.
      const counted = notified.length;
      await later(20_000);
      readings = {};
      await later(6 * MINUTE);
      expect(titles().slice(counted)).toEqual(["✓ Resolved"]);
    });

    it("is told at once when a person resolves it", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 5; time++) {
        await round();
        await sendAll();
      }
      readings = { a: 12 };
      await later(10_000);
      await service.act(admin, (await alerts())[0]!.alert_id, { state: "resolved" });
      expect(await events()).toEqual(["hook resolved"]);
      await later(20 * MINUTE);
      expect(await events()).toEqual(["hook resolved"]);
    });

    it("waits with the word for a snooze to end", async () => {
      await channel("hook");
      await rule();
      for (let time = 0; time < 4; time++) await round();
      readings = { a: 12 };
      await later(10_000);
      await service.act(admin, (await alerts())[0]!.alert_id, { state: "snoozed", minutes: 30 });
      await sendAll();
      await later(29 * MINUTE);
      expect(await events()).toEqual([]);
      await later(2 * MINUTE);
      expect(await events()).toEqual(["hook again"]);
    });
  });

  it("escalates what fires when its rule's severity is raised, once, and leaves it when it is lowered", async () => {
    await channel("hook");
    const made = await rule();
    readings = { a: 12 };
    await later(0);
    await service.act(admin, (await alerts())[0]!.alert_id, { state: "acknowledged" });
    const change = async (severity: string) => {
      await ruleService.update(admin, made.rule_id, RuleInput.parse({ ...input(made), severity }));
      engine.forget();
    };
    await change("critical");
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing", severity: "critical", escalated: 1 }]);
    expect(await events()).toEqual(["hook raised", "hook escalated"]);
    expect(notified.at(-1)!.title).toContain("Escalated, critical alert");
    await change("low");
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "critical" }]);
    expect(await events()).toHaveLength(2);
  });

  it("reopens an alert at the severity its rule has by now", async () => {
    const made = await rule({ severity: "critical" });
    readings = { a: 12 };
    await later(0);
    readings = {};
    await later(5_000);
    await ruleService.update(admin, made.rule_id, RuleInput.parse({ ...input(made), severity: "low" }));
    engine.forget();
    readings = { a: 12 };
    await later(5_000);
    expect(await alerts()).toMatchObject([{ state: "firing", severity: "low", count: 2 }]);
  });

  it("takes back what nobody was sent yet when it is over, and tells those who were", async () => {
    await channel("hook");
    await rule();
    readings = { a: 12 };
    await later(0);
    expect((await queued())[0]!.due_at).toBeGreaterThan(now());
    readings = {};
    await later(1_000);
    expect(await events()).toEqual([]);
    readings = { b: 12 };
    await later(1_000);
    await room.run("UPDATE alert_delivery SET status = 'sent', attempts = 1 WHERE status = 'queued'");
    readings = {};
    await later(10_000);
    expect(await events()).toEqual(["hook resolved"]);
  });

  it("queues the channels' messages with the alert itself: a process that dies right after it has told them", async () => {
    await channel("hook");
    await rule();
    const [stored] = await rules.enabled();
    const reading = { subject: "a", label: "A", bot_id: null, value: 12 };
    // As far as the commit, and no further: nobody is told.
    await createWatchStore().fire(stored!, [reading], now(), () => newId("alert"));
    expect(notified).toEqual([]);
    expect(await events()).toEqual(["hook raised"]);
    await room.run("UPDATE alert_delivery SET status = 'sent', attempts = 1");
    await createWatchStore().recover(stored!, [`${stored!.rule_id}:a`], now());
    expect(await events()).toEqual(["hook resolved"]);
  });

  it("has neither the alert nor its messages when the two cannot be written together", async () => {
    await channel("hook");
    const before = await room.all("SELECT id FROM alert");
    await room.run("ALTER TABLE alert_delivery RENAME TO alert_delivery_away");
    const refused = await service.trigger(admin, { level: "warning", message: "High memory" }).catch(() => undefined);
    await room.run("ALTER TABLE alert_delivery_away RENAME TO alert_delivery");
    expect(refused).toBeUndefined();
    expect(await room.all("SELECT id FROM alert")).toEqual(before);
    expect(facts).toEqual([]);
  });

  it("tells of what fired although what comes after it fails", async () => {
    await rule();
    readings = { a: 12 };
    engine = engineOf({ keepWaits: () => Promise.reject(new Error("away")) });
    await later(0);
    expect(errors).toEqual([new Error("away")]);
    expect(notified).toHaveLength(1);
  });

  it("has nothing join an alert that is resolved in the same moment", async () => {
    await rule();
    readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const resolving = db().write(async (tx) => {
      await settle(tx, alert_id, "resolved", now(), { id: 1, name: "u1" }, "");
      await held;
    });
    readings = { a: 12, b: 12 };
    const looking = engine.tick();
    await blocked(room, database.provider);
    commit();
    await resolving;
    await looking;
    expect(await alerts()).toMatchObject([
      { state: "firing", members: 1 },
      { alert_id, state: "resolved", members: 1 },
    ]);
  });

  it("removes what a person left behind whose removal was cut short, and nothing of others", async () => {
    await room.run(`DELETE FROM "user"`);
    await room.run(`INSERT INTO "user" (id, username, email) VALUES (7, 'u7', 'u7@example.org')`);
    for (const id of [7, 8]) {
      await rule({ scope: "own" }, actor(id));
      await channel(`of${id}`, { owner_id: id, global: 0 });
    }
    await rule();
    await channel("all", { owner_id: 9 });
    readings = { a: 12 };
    await later(0);
    await store.sweep(0);
    const owners = (table: string) => room.all(`SELECT owner_id FROM ${table} ORDER BY seq`);
    expect(await owners("alert_rule")).toEqual([{ owner_id: 7 }, { owner_id: 1 }]);
    expect(await owners("alert")).toEqual([{ owner_id: 7 }, { owner_id: null }]);
    expect(await owners("alert_channel")).toEqual([{ owner_id: 7 }, { owner_id: 9 }]);
  });

  it("snoozes until the time is over, then fires again if it lasts", async () => {
    await rule();
    readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
    await later(9 * MINUTE);
    expect(await alerts()).toMatchObject([{ state: "snoozed", handled_by: "u1" }]);
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing", snoozed_until: null }]);
    expect(notified.at(-1)!.title).toContain("Again, medium alert");
  });

  it("recovers while snoozed without a word of it firing again", async () => {
    await rule();
    readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
    readings = {};
    await later(MINUTE);
    await later(20 * MINUTE);
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
  });

  it("rises by one each time nobody acknowledges, tells the next channel, and stops at critical", async () => {
    await channel("first");
    await channel("boss");
    await rule({ severity: "high", escalate_after_m: 5, escalation_channels: ["boss"] });
    readings = { a: 12 };
    await later(0);
    expect(await events()).toEqual(["first raised"]);
    await later(5 * MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "critical", level: "critical", escalated: 1 }]);
    expect((await events()).sort()).toEqual(["boss escalated", "first escalated", "first raised"]);
    await later(60 * MINUTE);
    expect(await alerts()).toMatchObject([{ escalated: 1 }]);
  });

  it("does not rise once somebody is at it", async () => {
    await rule({ escalate_after_m: 5 });
    readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "acknowledged" });
    await later(60 * MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "medium", state: "acknowledged" }]);
  });

  it("stays silent of what was resolved by hand until it has recovered", async () => {
    await rule();
    readings = { a: 12 };
    await later(0);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "resolved" });
    await later(MINUTE);
    expect(await alerts()).toHaveLength(1);
    readings = {};
    await later(MINUTE);
    readings = { a: 12 };
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing" }, { state: "resolved", handled_by: "u1" }]);
  });

  it("resolves what a rule found when it is switched off or removed", async () => {
    const made = await rule();
    readings = { a: 12 };
    await later(0);
    await ruleService.update(admin, made.rule_id, RuleInput.parse({ ...input(made), enabled: false }));
    expect(await alerts()).toMatchObject([{ state: "resolved" }]);
    await ruleService.update(admin, made.rule_id, RuleInput.parse(input(made)));
    engine.forget();
    await later(10 * MINUTE);
    expect(await alerts({ state: "open" })).toHaveLength(1);
    await ruleService.remove(admin, made.rule_id);
    expect(await alerts({ state: "open" })).toEqual([]);
  });

  it("is watched by one process at a time, and taken over when that one is gone", async () => {
    await rule();
    readings = { a: 12 };
    const other = engineOf();
    await engine.tick();
    await other.tick();
    expect(await alerts()).toHaveLength(1);
    readings = {};
    await other.tick();
    expect(await alerts({ state: "open" })).toHaveLength(1);
    clock.at += 21_000;
    await other.tick();
    expect(await alerts({ state: "open" })).toEqual([]);
  });

  it("goes on counting after a restart, and the time in between does not count", async () => {
    await rule({ for_s: 600 });
    readings = { a: 12, b: 12 };
    await later(0);
    await later(9 * MINUTE);
    await engine.stop();
    clock.at += 30 * MINUTE;
    // Came to its senses while nobody looked.
    readings = { a: 12 };
    engine = engineOf();
    await later(0);
    await later(50_000);
    expect(await alerts()).toEqual([]);
    await later(10_000);
    expect((await alerts()).map((one) => one.message[0])).toEqual(["A"]);
    expect(await room.all("SELECT * FROM alert_wait")).toEqual([]);
  });

  it("goes on counting where a process that died left off", async () => {
    await rule({ for_s: 60 });
    readings = { a: 12 };
    await later(0);
    await later(40_000);
    engine = engineOf();
    await later(0);
    expect(await alerts()).toEqual([]);
    // The dead one's lease has to end first, which is within the minute.
    await later(20_000);
    expect(await alerts()).toHaveLength(1);
  });

  it("forgets what waited for a rule that is gone, and raises nothing for it", async () => {
    const made = await rule({ for_s: 60 });
    readings = { a: 12 };
    await later(5_000);
    expect(await room.all("SELECT subject FROM alert_wait")).toEqual([{ subject: "a" }]);
    const stale = (await rules.enabled())[0]!;
    await ruleService.remove(admin, made.rule_id);
    engine.forget();
    await later(5_000);
    expect(await room.all("SELECT subject FROM alert_wait")).toEqual([]);
    const reading = { subject: "a", label: "A", bot_id: null, value: 12 };
    expect(await createWatchStore().fire(stale, [reading], now(), () => newId("alert"))).toEqual([]);
  });

  it("keeps escalations and snoozes over a restart", async () => {
    await rule({ escalate_after_m: 5 });
    readings = { a: 12 };
    await later(0);
    await later(4 * MINUTE);
    await engine.stop();
    engine = engineOf();
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ severity: "high", escalated: 1 }]);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
    await later(9 * MINUTE);
    await engine.stop();
    engine = engineOf();
    expect(await alerts()).toMatchObject([{ state: "snoozed" }]);
    await later(MINUTE);
    expect(await alerts()).toMatchObject([{ state: "firing" }]);
  });

  it("changes a thing once when two processes find it in the same moment", async () => {
    const made = await rule({ escalate_after_m: 5 });
    const [stored] = await rules.enabled();
    const watch = createWatchStore();
    const twice = async <T>(work: () => Promise<T[]>) => (await Promise.all([work(), work(), work()])).flat();
    const found = [{ subject: "a", label: "A", bot_id: null, value: 12 }];
    const kinds = (changes: { kind: string }[]) => changes.map((one) => one.kind);
    expect(kinds(await twice(() => watch.fire(stored!, found, now(), () => newId("alert"))))).toEqual(["raised"]);
    clock.at += 5 * MINUTE;
    const all = new Map([[made.rule_id, stored!]]);
    expect(kinds(await twice(() => watch.due(now(), all)))).toEqual(["escalated"]);
    const [{ alert_id }] = (await alerts()) as unknown as [{ alert_id: string }];
    await service.act(admin, alert_id, { state: "snoozed", minutes: 1 });
    clock.at += MINUTE;
    expect(kinds(await twice(() => watch.due(now(), all)))).toEqual(["woke"]);
    const key = [`${made.rule_id}:a`];
    expect(kinds(await twice(() => watch.recover(stored!, key, now())))).toEqual(["resolved"]);
    expect(kinds(await twice(() => watch.fire(stored!, found, now(), () => newId("alert"))))).toEqual(["reopened"]);
    const same = () => service.trigger(admin, { level: "warning", message: "High memory" });
    const triggered = await Promise.all([same(), same(), same()]);
    expect(new Set(triggered.map((one) => one.alert_id)).size).toBe(1);
    expect(Math.max(...triggered.map((one) => one.count))).toBe(3);
  });

  describe("plugins", () => {
    const say = (level: "info" | "warning" | "critical", message: string, group?: string) =>
      service.ofPlugin("watcher", { level, message, group });

    it("have what they say of one group in one alert, which fires anew when it is worse", async () => {
      await channel("hook");
      const first = await say("warning", "The disk fills", "disk");
      await service.act(admin, first.alert_id, { state: "acknowledged" });
      expect(await say("warning", "The disk is at 95%", "disk")).toMatchObject({
        ...{ alert_id: first.alert_id, count: 2, state: "acknowledged", message: "The disk is at 95%" },
      });
      expect(await say("critical", "The disk is full", "disk")).toMatchObject({
        ...{ alert_id: first.alert_id, count: 3, state: "firing", severity: "critical", source_name: "watcher" },
      });
      expect(notified.map((one) => one.title)).toEqual([
        "▲ Medium alert: The disk fills",
        "■ Escalated, critical alert: The disk is full",
      ]);
      expect(await events()).toEqual(["hook raised", "hook escalated"]);
      expect(await say("info", "The disk is at 60%", "disk")).toMatchObject({ severity: "low", state: "firing" });
      expect(await say("warning", "Something else")).not.toMatchObject({ alert_id: first.alert_id });
    });

    it("say that it is over, of their own alone", async () => {
      const { alert_id } = await say("warning", "The disk fills", "disk");
      expect(await service.overForPlugin("other", "disk")).toBeNull();
      expect(await service.overForPlugin("watcher", "disk")).toMatchObject({ alert_id, state: "resolved" });
      expect(await service.overForPlugin("watcher", "disk")).toBeNull();
      expect(notified.at(-1)!.title).toBe("✓ Resolved: The disk fills");
      expect((await service.get(admin, alert_id)).events[0]).toMatchObject({
        ...{ kind: "resolved", by: null, detail: "watcher says that it is over" },
      });
      expect(await say("warning", "The disk fills", "disk")).not.toMatchObject({ alert_id });
    });

    it("do not wake what is snoozed", async () => {
      const { alert_id } = await say("warning", "The disk fills", "disk");
      await service.act(admin, alert_id, { state: "snoozed", minutes: 10 });
      expect(await say("critical", "The disk is full", "disk")).toMatchObject({ state: "snoozed" });
      expect(notified).toHaveLength(1);
    });
  });

  it("counts what is triggered twice, and begins anew once it is resolved", async () => {
    const trigger = () => service.trigger(admin, { level: "warning", message: "High memory usage detected" });
    const first = await trigger();
    expect(await trigger()).toMatchObject({ alert_id: first.alert_id, count: 2 });
    await service.act(admin, first.alert_id, { state: "resolved" });
    expect((await trigger()).alert_id).not.toBe(first.alert_id);
    expect(await service.summary(admin)).toMatchObject({ totalAlerts: 2, warningAlerts: 2, unresolved: 1 });
    await expect(service.trigger(actor(5), { level: "info", message: "x" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("keeps people's alerts apart", async () => {
    await rule({ scope: "own" }, actor(7));
    readings = { a: 12 };
    await later(0);
    expect(notified.at(-1)!.to).toEqual({ user_ids: [7] });
    const [alert] = (await service.list(actor(7), { limit: 10 })).alerts;
    expect((await service.list(actor(8), { limit: 10 })).alerts).toEqual([]);
    expect(await alerts()).toEqual([]);
    expect(await alerts({ owner: "all" })).toHaveLength(1);
    await expect(service.get(actor(8), alert!.alert_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.act(actor(8), alert!.alert_id, { state: "resolved" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(service.act(actor(9, "moderator"), alert!.alert_id, { state: "resolved" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(rule({}, actor(8))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

/** Returns the input that creates the given rule. */
function input({
  rule_id: _,
  owner_id: __,
  open_alerts: ___,
  created_at: ____,
  updated_at: _____,
  version: ______,
  ...rest
}: Record<string, unknown>) {
  return rest;
}
