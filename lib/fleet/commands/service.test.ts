/** The queue's rules on the real store: leases, the first ack and lists. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { aQueue, NOON, never, owner, type Queue } from "@/tests/queue/queue";
import { ackCommand, pollCommands } from "./contract.bot";

const stranger: UserActor = { ...owner, user_id: 2 };

describe.each(databases)("commands on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  let world: Queue["world"];
  let bot: Queue["bot"];
  let store: Queue["store"];
  let emit: Queue["emit"];
  let service: Queue["service"];
  let send: Queue["send"];
  let poll: Queue["poll"];
  let ack: Queue["ack"];
  let counters: Queue["counters"];
  beforeEach(async () => {
    ({ world, bot, store, emit, service, send, poll, ack, counters } = await aQueue({ others: () => 1 }));
  });

  describe("leases", () => {
    it("hands out the oldest first, once, and says so", async () => {
      const first = await send({ type: "one" });
      await send({ type: "two" });
      const [leased] = await poll({ limit: 1 });
      expect(leased).toMatchObject({
        id: first.id,
        status: "pending",
        attempts: 1,
        dispatched_at: iso(NOON),
        lease_expires_at: iso(NOON + 300_000),
      });
      expect((await poll()).map((command) => command.type)).toEqual(["two"]);
      expect(await poll()).toEqual([]);
      expect(emit.mock.calls.filter(([name]) => name === "command.leased")).toHaveLength(2);
    });

    it("hands a command out again when its lease ended, and counts the attempt", async () => {
      await send();
      await poll({ lease: 5 });
      world.at += 4_999;
      expect(await poll()).toEqual([]);
      world.at += 1;
      expect(await poll()).toMatchObject([{ attempts: 2 }]);
    });

    it("never hands one command to two polls of the same moment", async () => {
      const sent = await Promise.all(Array.from({ length: 20 }, () => send()));
      const polls = await Promise.all(Array.from({ length: 10 }, () => poll({ limit: 3 })));
      const ids = polls.flat().map((command) => command.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(sent.length);
    });

    it("lets an owner look without leasing, and a stranger not at all", async () => {
      await send();
      const query = { limit: 10, wait: 0, lease: 300 };
      expect(await service.pending(owner, bot.bot_id, query, () => never)).toMatchObject([{ attempts: 0 }]);
      expect(await poll()).toHaveLength(1);
      await expect(service.pending(stranger, bot.bot_id, query, () => never)).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    });

    it("hands out nothing for limit 0, even to a long poll", async () => {
      await send();
      expect(await poll({ limit: 0, wait: 60 })).toEqual([]);
    });

    it("answers what the contract promises", async () => {
      await send({ payload: { deep: [1, { two: "three" }] } });
      const commands = await poll();
      expect(() => pollCommands.response.parse({ commands, count: 1 })).not.toThrow();
      expect(commands[0]!.payload).toEqual({ deep: [1, { two: "three" }] });
    });
  });

  describe("acks", () => {
    it("settles once and announces it once", async () => {
      const { id } = await send();
      await poll();
      world.at += 1000;
      const command = await ack(id, { result: { ok: true } });
      expect(command).toMatchObject({ status: "completed", result: { ok: true }, completed_at: iso(world.at) });
      expect(() => ackCommand.response.parse({ status: "ok", command })).not.toThrow();
      expect(emit.mock.calls.filter(([name]) => name === "command.settled")).toEqual([
        ["command.settled", { command, team_id: 1 }],
      ]);
      expect(await counters()).toMatchObject({ t: 1, p: 0, c: 1 });
    });

    it("accepts a repeated ack in silence and keeps the first result", async () => {
      const { id } = await send();
      await ack(id, { result: { first: true } });
      emit.mockReset();
      await expect(ack(id, { result: { first: false } })).resolves.toMatchObject({ result: { first: true } });
      expect(emit).not.toHaveBeenCalled();
      expect(await counters()).toMatchObject({ c: 1 });
    });

    it("refuses a contradicting ack with the stored command", async () => {
      const { id } = await send();
      await ack(id, { status: "failed" });
      await expect(ack(id)).rejects.toMatchObject({ code: "CONFLICT", details: { command: { status: "failed" } } });
      expect(await counters()).toMatchObject({ f: 1, c: 0 });
    });

    it("lets exactly one of many different acks of the same moment win", async () => {
      const { id } = await send();
      const acks = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => ack(id, { status: index % 2 === 0 ? "completed" : "failed" })),
      );
      const [first] = acks;
      expect(first!.status).toBe("fulfilled");
      expect(acks.filter((one) => one.status === "rejected")).toHaveLength(10);
      expect(emit.mock.calls.filter(([name]) => name === "command.settled")).toHaveLength(1);
      expect(await counters()).toMatchObject({ p: 0, c: 1, f: 0 });
    });

    it("still takes the ack of a bot whose lease ended", async () => {
      const { id } = await send();
      await poll({ lease: 1 });
      world.at += 60_000;
      await expect(ack(id)).resolves.toMatchObject({ status: "completed" });
      expect(await poll()).toEqual([]);
    });

    it("refuses unknown commands, other bots and strangers", async () => {
      const { id } = await send();
      await expect(ack("cmd_nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(ack(id, {}, { ...bot, bot_id: "another" })).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(ack(id, {}, stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(ack(id, {}, owner)).resolves.toMatchObject({ status: "completed" });
    });
  });

  describe("lists", () => {
    it("pages newest first without gaps, over what the caller owns", async () => {
      const sent: string[] = [];
      for (let index = 0; index < 5; index++) sent.unshift((await send({ type: `type-${index}` })).id);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await service.list(owner, { bot_id: bot.bot_id, limit: 2, cursor });
        seen.push(...page.commands.map((command) => command.id));
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(sent);
      expect((await service.list(stranger, { limit: 10 })).commands).toEqual([]);
      await expect(service.list(stranger, { bot_id: bot.bot_id, limit: 10 })).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    });

    it("filters by status and type", async () => {
      const { id } = await send({ type: "restart" });
      await send({ type: "ping" });
      await ack(id);
      const list = async (filter: object) =>
        (await service.list(owner, { bot_id: bot.bot_id, limit: 10, ...filter })).commands.map(({ type }) => type);
      expect(await list({ status: "completed" })).toEqual(["restart"]);
      expect(await list({ status: "pending" })).toEqual(["ping"]);
      expect(await list({ type: "restart" })).toEqual(["restart"]);
    });
  });

  it("refuses a command for a bot that is being deleted, alone", async () => {
    await db().run("UPDATE bot SET status = 'deleting' WHERE id = $1", [bot.bot_id]);
    await expect(send()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("purges all commands of a bot", async () => {
    await Promise.all(Array.from({ length: 5 }, () => send()));
    await service.purge(bot.bot_id);
    expect(await store.peek(bot.bot_id, 10)).toEqual([]);
  });
});
