/** Handing commands to bots that are there, on the real store: pushes and long polls. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { aQueue, NOON, owner, type Queue } from "@/tests/queue/queue";
import { PUSH_LEASE_MS } from "./delivery/delivery";
import { WINDOW } from "./delivery/windows";

describe.each(databases)("handing out commands on $provider", (provider) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());

  let world: Queue["world"];
  let bot: Queue["bot"];
  let store: Queue["store"];
  let delivery: Queue["delivery"];
  let emit: Queue["emit"];
  let service: Queue["service"];
  let send: Queue["send"];
  let poll: Queue["poll"];
  let ack: Queue["ack"];
  let wait: MockInstance<Queue["delivery"]["wait"]>;
  beforeEach(async () => {
    ({ world, bot, store, delivery, emit, service, send, poll, ack } = await aQueue({ others: () => 1 }));
    wait = vi.spyOn(delivery, "wait");
  });

  /** Resolves when a poll found nothing and waits. */
  const hasBegunToWait = () => vi.waitUntil(() => wait.mock.calls.length > 0, { timeout: 90_000, interval: 1 });

  describe("pushes", () => {
    beforeEach(() => {
      world.isConnected = true;
    });

    it("stores a command for a connected bot already leased, in the same write", async () => {
      const command = await send();
      expect(command).toMatchObject({ attempts: 1, lease_expires_at: iso(NOON + PUSH_LEASE_MS) });
      expect(await service.get(owner, command.id)).toEqual({ ...command, sender: expect.anything() });
    });

    it("hands nobody a command that is still being written down", async () => {
      let write = () => {};
      const held = new Promise<void>((resolve) => {
        write = resolve;
      });
      const { enqueue } = store;
      const spy = vi.spyOn(store, "enqueue").mockImplementationOnce(async (row) => {
        await held;
        return enqueue(row);
      });
      const sending = send();
      await vi.waitUntil(() => spy.mock.calls.length > 0, 90_000);
      expect(await poll()).toEqual([]);
      expect(delivery.room(bot.bot_id)).toBe(WINDOW - 1);
      write();
      const command = await sending;
      expect(await poll()).toEqual([command]);
      spy.mockRestore();
    });

    it("forgets what was pushed to a bot that is removed", async () => {
      await send();
      delivery.forget(bot.bot_id);
      expect(delivery.room(bot.bot_id)).toBe(WINDOW);
      expect(await poll()).toEqual([]);
    });

    it("are looked for with one read for many bots", async () => {
      world.isConnected = false;
      expect(await service.waiting([bot.bot_id, "nobody"])).toEqual(new Set());
      await send();
      const read = vi.spyOn(db(), "all");
      expect(await service.waiting([bot.bot_id, "nobody"])).toEqual(new Set([bot.bot_id]));
      expect(read).toHaveBeenCalledTimes(1);
      read.mockRestore();
      await service.dispatch(bot.bot_id, 1);
      expect(await service.waiting([bot.bot_id])).toEqual(new Set());
    });

    it("pushes no more than its window at once, and goes on when there is room", async () => {
      const sent = await Promise.all(Array.from({ length: WINDOW + 3 }, () => send()));
      expect(sent.filter((command) => command.dispatched_at)).toHaveLength(WINDOW);
      expect(await service.dispatch(bot.bot_id, 1)).toEqual([]);
      await ack(sent[0]!.id);
      // The bus tells the delivery; here by hand.
      delivery.settled(bot.bot_id, sent[0]!.id);
      expect(service.hasBacklog(bot.bot_id)).toBe(true);
      expect(await service.dispatch(bot.bot_id, 1)).toMatchObject([{ id: sent[WINDOW]!.id, attempts: 1 }]);
    });

    it("gives an unconfirmed push to the bot's own poll once, under the same lease", async () => {
      const command = await send();
      expect(await poll()).toEqual([command]);
      expect(await poll()).toEqual([]);
    });

    it("offers what a socket did not confirm to the poll that waits and to other processes when it ends", async () => {
      const waiting = poll({ wait: 30 });
      await hasBegunToWait();
      const command = await send();
      expect(service.unreceived(bot.bot_id)).toEqual([command]);
      service.disconnected(bot.bot_id, 1);
      expect(await waiting).toEqual([command]);
      expect(emit).toHaveBeenCalledWith("command.offered", { command, team_id: 1 });
      expect(service.unreceived(bot.bot_id)).toEqual([]);
    });

    it("gives a poll's lost answer out again, except what was settled meanwhile", async () => {
      world.isConnected = false;
      const [lost, settled] = [await send(), await send()];
      const answer = await poll();
      await ack(settled.id);
      await service.returned(bot, answer);
      expect(await poll()).toMatchObject([{ id: lost.id, attempts: 1 }]);
      expect(await poll()).toEqual([]);
    });

    it("does not repeat a confirmed push", async () => {
      const command = await send();
      service.confirm(bot.bot_id, command.id);
      expect(await poll()).toEqual([]);
    });

    it.each([25, -2])("keep their lease as long as it was given when the clock is set by %i hours", async (hours) => {
      const sent = await send();
      const by = hours * 3_600_000;
      await service.moveLeases(by);
      world.at += by;
      expect(await service.dispatch(bot.bot_id, 1)).toEqual([]);
      expect(service.unreceived(bot.bot_id)).toMatchObject([{ id: sent.id }]);
      world.at += PUSH_LEASE_MS;
      expect(service.unreceived(bot.bot_id)).toEqual([]);
      expect(await service.dispatch(bot.bot_id, 1)).toMatchObject([{ id: sent.id, attempts: 2 }]);
    });

    it("return soon when their lease was stored while the clock was fast, after a restart", async () => {
      const { id } = await send();
      const restarted = await aQueue({ bot });
      restarted.world.at = NOON - 25 * 3_600_000;
      await restarted.service.boundLeases();
      expect(await restarted.service.dispatch(bot.bot_id, 1)).toEqual([]);
      restarted.world.at += PUSH_LEASE_MS;
      expect(await restarted.service.dispatch(bot.bot_id, 1)).toMatchObject([{ id, attempts: 2 }]);
    });

    describe("after the end of the process that made them", () => {
      const successor = () => aQueue({ self: "successor", bot });

      it("are taken over by the process to which the bot connects, as the same attempt under a new lease", async () => {
        const [first, second] = [await send(), await send()];
        service.confirm(bot.bot_id, second.id);
        const next = await successor();
        next.world.at += 60_000;
        const until = iso(NOON + 60_000 + PUSH_LEASE_MS);
        const again = await next.service.inherit(bot.bot_id, 1);
        expect(again).toMatchObject([first, second].map(({ id }) => ({ id, attempts: 1, lease_expires_at: until })));
        // The same socket gets them once.
        expect(await next.service.inherit(bot.bot_id, 1)).toEqual([]);
        expect(await next.service.dispatch(bot.bot_id, 1)).toEqual([]);
        next.world.at += PUSH_LEASE_MS;
        expect(await next.service.dispatch(bot.bot_id, 1)).toMatchObject([{ attempts: 2 }, { attempts: 2 }]);
      });

      it("stay with a process that still runs", async () => {
        await send();
        const next = await aQueue({ self: "other", bot, gone: async () => [] });
        expect(await next.service.inherit(bot.bot_id, 1)).toEqual([]);
      });

      it("stay with the bot when it has reported progress, was handed them by a poll, or lacks their shard", async () => {
        const { id } = await send();
        await service.progress(bot, { command_id: id, progress: 10 });
        const sharded = await send({ shard: 1 });
        expect(await service.dispatch(bot.bot_id, 1)).toMatchObject([{ id: sharded.id }]);
        world.isConnected = false;
        await send();
        await poll();
        const next = await successor();
        expect(await next.service.inherit(bot.bot_id, 1, [0])).toEqual([]);
        expect(await next.service.inherit(bot.bot_id, 1, [0, 1])).toMatchObject([{ id: sharded.id }]);
      });

      it("fail by time when their last attempt was taken over and brings no outcome", async () => {
        const { id } = await send({ max_attempts: 1 });
        const next = await successor();
        next.world.at += 60_000;
        expect(await next.service.inherit(bot.bot_id, 1)).toMatchObject([{ id, attempts: 1 }]);
        next.world.at = NOON + PUSH_LEASE_MS;
        await next.service.sweep();
        expect(await next.service.get(owner, id)).toMatchObject({ status: "pending" });
        next.world.at += 60_000;
        await next.service.sweep();
        expect(await next.service.get(owner, id)).toMatchObject({ status: "failed", reason: "dead" });
      });
    });

    it("hands a push out again when its lease ended", async () => {
      const command = await send();
      service.confirm(bot.bot_id, command.id);
      world.at += PUSH_LEASE_MS;
      expect(await service.dispatch(bot.bot_id, 1)).toMatchObject([{ id: command.id, attempts: 2 }]);
    });
  });

  describe("long polls", () => {
    it("answers as soon as a command is queued", async () => {
      const waiting = poll({ wait: 30 });
      await hasBegunToWait();
      const { id } = await send();
      delivery.wake(bot.bot_id);
      expect(await waiting).toMatchObject([{ id }]);
    });

    it("answers empty when the server stops", async () => {
      const waiting = poll({ wait: 30 });
      await hasBegunToWait();
      service.release();
      expect(await waiting).toEqual([]);
      expect(await poll({ wait: 30 })).toEqual([]);
    });

    it("leases nothing to a client that went away", async () => {
      const gone = new AbortController();
      const waiting = poll({ wait: 30 }, gone.signal);
      await hasBegunToWait();
      gone.abort();
      expect(await waiting).toEqual([]);
      await send();
      expect(await poll()).toMatchObject([{ attempts: 1 }]);
    });
  });
});
