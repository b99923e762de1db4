/** Which bots a window covers, read from the real store of both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { botTeams } from "@/lib/fleet/bots";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import type { WindowInput } from "./contract";
import { createCoverage } from "./coverage";
import { createWindowStore } from "./store";
import { columnsOf } from "./store.rows";

const HOUR_MS = 3_600_000;
const START = Date.parse("2026-03-10T12:00:00Z");

describe.each(databases)("maintenance windows on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
    await db().run("DELETE FROM bot");
    await aStoredBot({ id: "a", owner_id: 1 });
    await aStoredBot({ id: "b", owner_id: 1 });
    await aStoredBot({ id: "c", owner_id: 2 });
    for (const id of ["b", "c"])
      await db().run("INSERT INTO bot_tag (bot_id, key, name) VALUES ($1, 'eu', 'EU')", [id]);
  });
  afterAll(() => database.close());

  const store = createWindowStore();
  let at: number;
  const coverage = createCoverage({ store, botTeams, now: () => at });
  beforeEach(async () => {
    at = START;
    await db().run("DELETE FROM maintenance_window");
    coverage.forget();
  });

  /** Stores a window of team 1 that begins now and lasts an hour, except for what `more` changes. */
  async function aWindow({ team_id = 1, ...more }: Partial<WindowInput> & { team_id?: number | null } = {}) {
    const input: WindowInput = {
      ...{ name: "Upgrade", note: "", bots: null, tag: null, time_zone: "UTC", pause_schedules: true },
      ends_at: new Date(START + HOUR_MS).toISOString(),
      ...more,
    };
    const row = { id: newId("mw"), team_id, created_by: 1, created_at: at, updated_at: at };
    return (await store.add({ ...columnsOf(input, START), ...row }, 100))!;
  }
  const silenced = async () => [...(await coverage.silenced(["a", "b", "c", "gone"]))].sort();
  const paused = async () => Object.fromEntries(await coverage.paused([{ id: "a", team_id: 1 }]));

  it.each<[string, Parameters<typeof aWindow>[0], string[]]>([
    ["all bots of its team", {}, ["a", "b"]],
    ["the bots that it names", { bots: ["a"] }, ["a"]],
    ["the bots of its team with a tag", { tag: "eu" }, ["b"]],
    ["a bot that it names only while that has the tag", { tag: "EU", bots: ["a", "b"] }, ["b"]],
    ["no bot of another team", { bots: ["c"] }, []],
    ["the bots of every team, for the whole server", { team_id: null, tag: "eu" }, ["b", "c"]],
  ])("covers %s", async (_, window, expected) => {
    await aWindow(window);
    expect(await silenced()).toEqual(expected);
  });

  it("covers nothing before it begins and after it has ended", async () => {
    await aWindow({ starts_at: new Date(START + 60_000).toISOString() });
    expect(await silenced()).toEqual([]);
    at = START + 60_000;
    expect(await silenced()).toEqual(["a", "b"]);
    at = START + HOUR_MS;
    expect(await silenced()).toEqual([]);
  });

  it("covers again at its next time when it repeats", async () => {
    await aWindow({ ends_at: undefined, cron: "0 12 * * *", duration_minutes: 60 });
    expect(await silenced()).toEqual(["a", "b"]);
    at = START + HOUR_MS;
    expect(await silenced()).toEqual([]);
    at = START + 24 * HOUR_MS;
    expect(await silenced()).toEqual(["a", "b"]);
  });

  it("hears of a change by other processes within a quarter of a minute, also when its announcement is lost", async () => {
    expect(await silenced()).toEqual([]);
    await aWindow();
    expect(await silenced()).toEqual([]);
    at += 15_000;
    expect(await silenced()).toEqual(["a", "b"]);
  });

  it("holds schedules back with the reason, unless they should go on", async () => {
    const { id } = await aWindow();
    expect(await paused()).toEqual({ a: "In maintenance: Upgrade" });
    await store.put(id, { pause_schedules: 0 });
    coverage.forget();
    expect(await paused()).toEqual({});
    expect(await silenced()).toEqual(["a", "b"]);
  });

  it("is deleted long after its end, or with its person", async () => {
    await aWindow();
    await aWindow({ ends_at: undefined, cron: "0 12 * * *", duration_minutes: 60 });
    await db().run('DELETE FROM "user"');
    await db().run("INSERT INTO \"user\" (id, username, email, created_at) VALUES (1, 'u1', 'u1@example.org', 0)");
    await store.sweep(START);
    expect(await store.open(0, 10)).toHaveLength(2);
    await store.sweep(START + 2 * HOUR_MS);
    expect(await store.open(0, 10)).toHaveLength(1);
    await db().run('DELETE FROM "user"');
    await store.sweep(0);
    expect(await store.open(0, 10)).toEqual([]);
  });
});
