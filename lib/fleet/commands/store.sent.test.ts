/** The commands that a person sent are found whoever owns the bot, without reading those of others. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredCommand, openRoom } from "@/tests/db/rooms";
import { newestSent } from "./store.sent";

const TEAM = 1_500_000_000;

describe.each(databases)("sent commands on $provider", (provider) => {
  let database: TestDatabase;
  const sent: string[] = [];
  beforeAll(async () => {
    database = await openRoom(provider);
    await aStoredBot({ id: "own", owner_id: 1 });
    await aStoredBot({ id: "team", owner_id: TEAM });
    for (const [bot_id, owner_id, created_by] of [
      ["own", 1, 1],
      ["own", 1, 2],
      ["team", TEAM, 1],
      ["team", TEAM, 2],
      ["own", 1, 1],
    ] as const)
      sent.push(await aStoredCommand({ bot_id, owner_id, created_by }));
  });
  afterAll(() => database.close());

  const found = async (filter: Parameters<typeof newestSent>[0], limit = 10, before = Number.MAX_SAFE_INTEGER) =>
    (await newestSent(filter, { before, limit })).map(({ id }) => sent.indexOf(id));

  it("are those to one's own bots, to bots of a team and to bots of others, newest first", async () => {
    expect(await found({ user_id: 1 })).toEqual([4, 2, 0]);
    expect(await found({ user_id: 2 })).toEqual([3, 1]);
    expect(await found({ user_id: 1, bot_id: "team" })).toEqual([2]);
    expect(await found({})).toEqual([4, 3, 2, 1, 0]);
  });

  it("of a time are found without an index of times", async () => {
    const { created_at } = (await newestSent({ id: sent[2] }, { before: Number.MAX_SAFE_INTEGER, limit: 1 }))[0]!;
    await db().run(`UPDATE command SET created_at = seq * 60000`);
    const rows = await newestSent({}, { before: Number.MAX_SAFE_INTEGER, limit: 10 });
    const time = rows[2]!.created_at;
    expect(await found({ since: time })).toEqual([4, 3, 2]);
    expect(await found({ until: time })).toEqual([2, 1, 0]);
    expect(await found({ since: time, until: time, user_id: 1 })).toEqual([2]);
    expect(await found({ since: time + 600_000_000 })).toEqual([]);
    expect(await found({ until: 1 })).toEqual([]);
    await db().run(`UPDATE command SET created_at = ${created_at}`);
  });

  it("come page by page", async () => {
    const [first] = await newestSent({ user_id: 1 }, { before: Number.MAX_SAFE_INTEGER, limit: 1 });
    expect(sent.indexOf(first!.id)).toBe(4);
    expect(await found({ user_id: 1 }, 1, first!.seq)).toEqual([2]);
  });
});

describe.each(databases.filter(({ provider }) => provider === "sqlite"))("sent commands on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  it("of a person are found by the indexes of owners and of senders", async () => {
    const all = vi.spyOn(db(), "all");
    await newestSent({ user_id: 1 }, { before: Number.MAX_SAFE_INTEGER, limit: 10 });
    const statements = [...all.mock.calls];
    all.mockRestore();
    const plans: string[] = [];
    for (const [text, params] of statements)
      plans.push(JSON.stringify(await db().all(`EXPLAIN QUERY PLAN ${text}`, params)));
    expect(plans).toEqual([
      expect.stringMatching(/USING INDEX command_owner_id_\w*seq_idx/),
      expect.stringContaining("USING INDEX command_sender_idx"),
    ]);
    expect(plans.join()).not.toMatch(/SCAN command|TEMP B-TREE/);
  });
});
