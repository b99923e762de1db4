/** Series on the real store: two processes add to the same rows, a crash is counted again, and coarser steps sum finer ones. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { botIds, statusChanges, statusesBefore } from "@/lib/fleet/bots";
import { endedSince, queuedSince } from "@/lib/fleet/commands";
import type { Command } from "@/lib/fleet/commands/contract";
import { storedSince } from "@/lib/fleet/telemetry";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredCommand, openRoom } from "@/tests/db/rooms";
import { botActor } from "@/tests/db/telemetry";
import { createCollector } from "./collector";
import { getSeries, type SeriesAnswer } from "./contract";
import { METRIC_NAMES_MAX } from "./contract.constants";
import { createRecovery } from "./recovery";
import { createRollup } from "./rollup";
import { createReadService } from "./service.read";
import { createReportService } from "./service.write";
import { MINUTE } from "./steps";
import { createSeriesStore } from "./store";
import { createMarks, createWriterStore } from "./store.writers";
import { createWriter } from "./writer";

const NOON = Date.parse("2026-03-01T12:00:00.000Z");
const SECOND = 1_000;
const MINUTE_MS = 60_000;
const HOUR = 3_600_000;

describe.each(databases)("series on $provider", (kind) => {
  let database: TestDatabase;
  let at = NOON;
  const now = () => at;
  const store = createSeriesStore();
  const writers = createWriterStore();
  const marks = createMarks();
  const dead = new Set<string>();
  const bots = {
    reach: async (_: Actor, id: string) => ({ id, team_id: 1 }),
    seen: () => {},
  };
  const { series } = createReadService({
    ...{ store, writers, marks, bots, botIds, statusChanges, statusesBefore, now },
  });
  const rollup = createRollup({ store, writers, marks, now });

  function aProcess(self: string) {
    const collector = createCollector();
    const writer = createWriter({ collector, store, writers, self, now });
    const recover = createRecovery({
      sources: {
        logs: (span, each) => storedSince("log", span, each),
        messages: (span, each) => storedSince("message", span, each),
        ...{ queued: queuedSince, ended: endedSince },
      },
      ...{ store, writers, self, now, current: writer.current },
      gone: async (processes) => processes.filter((one) => dead.has(one)),
    });
    const report = createReportService({ collector, store, bots, now });
    return { collector, writer, recover, ...report };
  }

  const logs = (...types: string[]) => types.map((type) => ({ type, received_at: iso(at) }));
  const storedLog = (bot_id: string, type: string) =>
    db().run("INSERT INTO log (bot_id, owner_id, type, message, at) VALUES ($1, 1, $2, 'x', $3)", [bot_id, type, at]);
  const ask = async (by: Actor, query: Record<string, string> = {}): Promise<SeriesAnswer> =>
    getSeries.response.parse(await series(by, getSeries.query.parse(query)));
  const sumOf = ({ series }: SeriesAnswer, name: string): number =>
    series.find((one) => one.name === name)!.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const valuesOf = ({ series }: SeriesAnswer, name: string) => series.find((one) => one.name === name)?.values;

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    at = NOON;
    dead.clear();
    for (const table of ["series", "series_writer", "log", "message", "command", "status_change", "bot"])
      await db().run(`DELETE FROM "${table}"`);
    await db().run("DELETE FROM setting WHERE key LIKE 'series.%'");
    await aStoredBot({ id: "a", owner_id: 1, last_active: NOON });
    await aStoredBot({ id: "b", owner_id: 2, last_active: NOON });
  });
  afterAll(() => database.close());

  it("adds up what two processes counted in the same minute, for each bot and for the fleet", async () => {
    const [one, two] = [aProcess("p1"), aProcess("p2")];
    for (const { writer } of [one, two]) await writer.start();
    one.collector.logs("a", logs("info", "ERROR", "warn", "odd"));
    two.collector.logs("a", logs("error"));
    two.collector.messages("b", [{ received_at: iso(at) }, { received_at: iso(at) }]);
    await Promise.all([one.writer.flush(), two.writer.flush()]);
    one.collector.logs("a", logs("fatal"));
    await one.writer.flush();
    at += MINUTE_MS;
    const ofA = await ask(actor(1), { bot_id: "a" });
    expect(["info", "warning", "error", "critical", "other"].map((level) => sumOf(ofA, `logs.${level}`))).toEqual([
      1, 1, 2, 1, 1,
    ]);
    const ofAll = await ask(actor(9, "admin"), { from: "1h" });
    expect([sumOf(ofAll, "logs.error"), sumOf(ofAll, "messages")]).toEqual([2, 2]);
    const ofOwner = await ask(actor(2), { from: "1h" });
    expect([sumOf(ofOwner, "logs.error"), sumOf(ofOwner, "messages")]).toEqual([0, 2]);
  });

  it("counts commands by outcome, and how long they took", async () => {
    const { collector, writer } = aProcess("p1");
    await writer.start();
    const command = (over: Partial<Command>) =>
      ({ ...{ bot_id: "a", created_at: iso(at), run_at: null, reason: null }, ...over }) as Command;
    for (let index = 1; index <= 100; index++) {
      const times = { dispatched_at: iso(at + 200), completed_at: iso(at + 200 + index * 100) };
      collector.queued(command({}));
      collector.settled(command({ status: "completed", ...times }));
    }
    const never = { status: "failed", dispatched_at: null, completed_at: iso(at) } as const;
    for (const reason of ["cancelled", "expired", "dead"] as const) collector.settled(command({ ...never, reason }));
    await writer.flush();
    at += MINUTE_MS;
    const answer = await ask(actor(1), { bot_id: "a", from: "1h" });
    const outcomes = ["queued", "completed", "cancelled", "expired", "undeliverable", "failed"];
    expect(outcomes.map((outcome) => sumOf(answer, `commands.${outcome}`))).toEqual([100, 100, 1, 1, 1, 0]);
    const done = answer.series.find(({ name }) => name === "latency.done")!;
    const [p50, p95] = [done.p50!, done.p95!].map((values) => values.find((value) => value !== null)!);
    expect(Math.abs(p50! - 5_000)).toBeLessThan(500);
    expect(Math.abs(p95! - 9_500)).toBeLessThan(950);
    expect(sumOf(answer, "latency.delivered")).toBe(100);
  });

  it("counts the minutes of a killed process again, once, after the others have stored theirs", async () => {
    const [killed, living] = [aProcess("p1"), aProcess("p2")];
    for (const { writer } of [killed, living]) await writer.start();
    for (const { collector } of [killed, killed, living]) {
      await storedLog("a", "info");
      collector.logs("a", logs("info"));
    }
    await killed.writer.flush();
    // From here on p1 stores nothing: it is killed with what it counted since.
    at += 5 * SECOND;
    await storedLog("a", "error");
    await aStoredCommand({
      ...{ bot_id: "a", status: "completed", created_at: at - 900, dispatched_at: at - 500, completed_at: at },
    });
    dead.add("p1");
    await living.recover();
    at += 30 * SECOND;
    await living.recover();
    expect(await ask(actor(1), { bot_id: "a", from: "1h" }).then((answer) => sumOf(answer, "logs.error"))).toBe(0);
    at += 2 * MINUTE_MS;
    await living.writer.flush();
    for (let time = 0; time < 3; time++) await living.recover();
    const answer = await ask(actor(1), { bot_id: "a", from: "1h" });
    const names = ["logs.info", "logs.error", "commands.completed", "commands.queued", "latency.done"];
    expect(names.map((name) => sumOf(answer, name))).toEqual([3, 1, 1, 1, 1]);
    const fleet = await ask(actor(9, "admin"), { from: "1h" });
    expect(names.map((name) => sumOf(fleet, name))).toEqual([3, 1, 1, 1, 1]);
  });

  it("adds nothing that a process counted before it was taken for dead", async () => {
    const [stalled, living] = [aProcess("p1"), aProcess("p2")];
    for (const { writer } of [stalled, living]) await writer.start();
    await storedLog("a", "info");
    stalled.collector.logs("a", logs("info"));
    dead.add("p1");
    await living.recover();
    at += 2 * MINUTE_MS;
    await living.writer.flush();
    await living.recover();
    await stalled.writer.flush();
    expect(sumOf(await ask(actor(1), { bot_id: "a", from: "1h" }), "logs.info")).toBe(1);
    stalled.collector.logs("a", logs("info"));
    await stalled.writer.flush();
    at += SECOND;
    expect(sumOf(await ask(actor(1), { bot_id: "a", from: "1h" }), "logs.info")).toBe(2);
  });

  it("sums minutes into quarters of an hour and those into days, which outlive them", async () => {
    const { collector, writer } = aProcess("p1");
    await writer.start();
    for (let minute = 0; minute < 26 * 60; minute += 5) {
      at = NOON + minute * MINUTE_MS;
      collector.logs("a", logs("info"));
      collector.reported("a", { cpu: minute }, at);
      if (minute % 60 === 0) await writer.flush();
    }
    await writer.flush();
    const total = 26 * 12;
    const before = await ask(actor(1), { bot_id: "a", from: "3d", step: "day" });
    expect(sumOf(before, "logs.info")).toBe(total);
    at += 5 * MINUTE_MS;
    await writer.flush();
    await rollup.rollUp();
    await rollup.rollUp();
    const rolled = await ask(actor(1), { bot_id: "a", from: "3d", step: "quarter_hour" });
    expect(sumOf(rolled, "logs.info")).toBe(total);
    expect(valuesOf(rolled, "metric.cpu")).toContain(5);
    await writer.stop();
    at += 10 * 24 * HOUR;
    await rollup.rollUp();
    await rollup.prune();
    const minutes = await db().all("SELECT 1 FROM series WHERE step = $1", [MINUTE.seconds]);
    expect(minutes).toEqual([]);
    for (const step of ["quarter_hour", "day"]) {
      const answer = await ask(actor(1), { bot_id: "a", from: "12d", step });
      expect(sumOf(answer, "logs.info")).toBe(total);
    }
    const fleet = await ask(actor(9, "admin"), { from: "12d", step: "day" });
    expect(sumOf(fleet, "logs.info")).toBe(total);
  });

  it("shows null where the server did not run, and zero where nothing happened", async () => {
    const { writer } = aProcess("p1");
    at = NOON - 60 * MINUTE_MS;
    await writer.start();
    at = NOON - 50 * MINUTE_MS;
    await writer.stop();
    at = NOON - 20 * MINUTE_MS;
    await writer.start();
    at = NOON;
    const answer = await ask(actor(1), { bot_id: "a", from: "1h", names: "logs.info,online" });
    expect(valuesOf(answer, "logs.info")).toEqual([
      ...new Array(10).fill(0),
      ...new Array(30).fill(null),
      ...new Array(20).fill(0),
    ]);
    expect(answer.known.slice(9, 11)).toEqual([1, 0]);
    expect(new Set(valuesOf(answer, "online"))).toEqual(new Set([null]));
  });

  it("computes the share of online time from changes of status", async () => {
    const { writer } = aProcess("p1");
    at = NOON - HOUR;
    await writer.start();
    const changed = (status: string, when: number) =>
      db().run("INSERT INTO status_change (bot_id, status, at) VALUES ('a', $1, $2)", [status, when]);
    await changed("online", NOON - 2 * HOUR);
    await changed("offline", NOON - 90 * SECOND);
    at = NOON;
    await writer.flush();
    const answer = await ask(actor(1), { bot_id: "a", from: "1h", names: "online" });
    expect(valuesOf(answer, "online")?.slice(-3)).toEqual([1, 0.5, 0]);
    const team = await ask(actor(1), { from: "1h", names: "online" });
    expect(valuesOf(team, "online")?.slice(-3)).toEqual([1, 0.5, 0]);
  });

  it("keeps the last, least and greatest of reported numbers, and their mean", async () => {
    const { report, writer } = aProcess("p1");
    await writer.start();
    for (const cpu of [4, 1, 7]) {
      expect(await report(botActor("a"), "a", { cpu, guilds: 12 })).toBe(2);
      at += SECOND;
    }
    await writer.flush();
    const answer = await ask(actor(1), { bot_id: "a", from: "5m", names: "metric.cpu" });
    const [cpu] = answer.series;
    const newest = (values?: (number | null)[]) => values?.at(-1);
    expect([cpu!.values, cpu!.min, cpu!.max, cpu!.last].map(newest)).toEqual([4, 1, 7, 7]);
    expect((await ask(actor(1), { from: "5m", names: "metric.cpu" })).series).toEqual([]);
  });

  it("refuses more names than a bot may use in a day, after a restart too", async () => {
    const first = aProcess("p1");
    await first.writer.start();
    const many = Object.fromEntries(Array.from({ length: METRIC_NAMES_MAX - 1 }, (_, index) => [`n${index}`, index]));
    await first.report(botActor("a"), "a", many);
    await first.writer.stop();
    at += MINUTE_MS;
    const second = aProcess("p2");
    await second.writer.start();
    await second.report(botActor("a"), "a", { n0: 1, fresh: 1 });
    await expect(second.report(botActor("a"), "a", { another: 1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await second.report(botActor("b"), "b", { another: 1 });
    at += 25 * HOUR;
    expect(await second.report(botActor("a"), "a", { another: 1 })).toBe(1);
  });

  it("stores nothing for a bot that is gone", async () => {
    const { collector, writer } = aProcess("p1");
    await writer.start();
    collector.logs("a", logs("info"));
    await db().run("DELETE FROM bot WHERE id = 'a'");
    await writer.flush();
    expect(await db().all("SELECT bot_id FROM series")).toEqual([{ bot_id: "" }]);
  });

  it.each([
    ["a range that ends before it begins", { from: "1h", to: "2h" }],
    ["more buckets than an answer holds", { from: "3d", step: "minute" }],
  ])("refuses %s", async (_, query) => {
    await expect(ask(actor(1), query)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
