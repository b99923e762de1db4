/** The queue's rules on the real store: leases, the first ack, pushes and long polls. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { ackCommand, pollCommands } from "./contract";
import { createDelivery, PUSH_LEASE_MS } from "./delivery";
import { WINDOW } from "./delivery.windows";
import { createCommandService } from "./service";
import { createCommandStore } from "./store";

const NOON = Date.parse("2026-01-01T12:00:00.000Z");
const owner: UserActor = {
  kind: "user",
  user_id: 1,
  username: "ada",
  email: "ada@example.org",
  fullname: "",
  role: "user",
  scope: "admin",
  created_at: iso(NOON),
};
const stranger: UserActor = { ...owner, user_id: 2 };
const never = new AbortController().signal;

describe.each(databases)("commands on $provider", (provider) => {
  let database: TestDatabase;
  let store: ReturnType<typeof createCommandStore>;
  beforeAll(async () => {
    database = await openRoom(provider);
    store = createCommandStore();
  });
  afterAll(() => database.close());

  let at: number;
  let bot: BotActor;
  let connected: boolean;
  const emit = vi.fn();
  let delivery: ReturnType<typeof createDelivery>;
  let service: ReturnType<typeof createCommandService>;

  beforeEach(async () => {
    at = NOON;
    connected = false;
    emit.mockReset();
    bot = { kind: "bot", bot_id: newId("bot"), owner_id: 1, unclaimed: false };
    await aStoredBot({ id: bot.bot_id, status_since: NOON, created_at: NOON });
    delivery = createDelivery({ now: () => at });
    service = createCommandService({
      others: () => 1,
      manifests: { check: () => undefined, newBatch: () => ({ left: 0, verdicts: new Map() }) },
      store,
      delivery,
      emit,
      now: () => at,
      newId: () => newId("cmd"),
      bots: {
        reach: async (actor, botId) => {
          const mine = actor.kind === "bot" ? actor.bot_id === botId : actor.kind === "user" && actor.user_id === 1;
          if (!mine) throw new AppError("NOT_FOUND", "No such bot");
          return { id: botId, owner_id: 1 };
        },
        seen: () => {},
        hasSocket: () => connected,
        get: async (_, id) =>
          ({ id, status: "offline", status_since: new Date(NOON).toISOString(), last_active: null }) as Bot,
        list: async () => ({ bots: [{ id: bot.bot_id } as Bot], count: 1, next_cursor: null }),
      },
    });
  });

  const send = (type = "ping", payload = {}) => service.send(owner, { bot_id: bot.bot_id, type, payload });
  const poll = (query = {}, signal = never) =>
    service.pending(bot, bot.bot_id, { limit: 10, wait: 0, lease: 300, ...query }, () => signal);
  const ack = (command_id: string, over = {}, actor: BotActor | UserActor = bot) =>
    service.acknowledge(actor, { command_id, status: "completed", result: {}, ...over });
  const counters = async () =>
    (
      await db().all(
        "SELECT total_commands, pending_commands, completed_commands, failed_commands FROM bot WHERE id = $1",
        [bot.bot_id],
      )
    )[0];

  describe("leases", () => {
    it("hands out the oldest first, once, and says so", async () => {
      const first = await send("one");
      await send("two");
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
      at += 4_999;
      expect(await poll()).toEqual([]);
      at += 1;
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
      await send("ping", { deep: [1, { two: "three" }] });
      const commands = await poll();
      expect(() => pollCommands.response.parse({ commands, count: 1 })).not.toThrow();
      expect(commands[0]!.payload).toEqual({ deep: [1, { two: "three" }] });
    });
  });

  describe("acks", () => {
    it("settles once and announces it once", async () => {
      const { id } = await send();
      await poll();
      at += 1000;
      const command = await ack(id, { result: { ok: true } });
      expect(command).toMatchObject({ status: "completed", result: { ok: true }, completed_at: iso(at) });
      expect(() => ackCommand.response.parse({ status: "ok", command })).not.toThrow();
      expect(emit.mock.calls.filter(([name]) => name === "command.settled")).toEqual([
        ["command.settled", { command, owner_id: 1 }],
      ]);
      expect(await counters()).toMatchObject({ total_commands: 1, pending_commands: 0, completed_commands: 1 });
    });

    it("accepts a repeated ack in silence and keeps the first result", async () => {
      const { id } = await send();
      await ack(id, { result: { first: true } });
      emit.mockReset();
      await expect(ack(id, { result: { first: false } })).resolves.toMatchObject({ result: { first: true } });
      expect(emit).not.toHaveBeenCalled();
      expect(await counters()).toMatchObject({ completed_commands: 1 });
    });

    it("refuses a contradicting ack with the stored command", async () => {
      const { id } = await send();
      await ack(id, { status: "failed" });
      await expect(ack(id)).rejects.toMatchObject({ code: "CONFLICT", details: { command: { status: "failed" } } });
      expect(await counters()).toMatchObject({ failed_commands: 1, completed_commands: 0 });
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
      expect(await counters()).toMatchObject({ pending_commands: 0, completed_commands: 1, failed_commands: 0 });
    });

    it("still takes the ack of a bot whose lease ended", async () => {
      const { id } = await send();
      await poll({ lease: 1 });
      at += 60_000;
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

  describe("pushes", () => {
    beforeEach(() => {
      connected = true;
    });

    it("stores a command for a connected bot already leased, in the same write", async () => {
      const command = await send();
      expect(command).toMatchObject({ attempts: 1, lease_expires_at: iso(NOON + PUSH_LEASE_MS) });
      expect(await service.get(owner, command.id)).toEqual(command);
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
      await vi.waitUntil(() => spy.mock.calls.length > 0);
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
      // The poll must wait before the command comes.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const command = await send();
      expect(service.unreceived(bot.bot_id)).toEqual([command]);
      service.disconnected(bot.bot_id, 1);
      expect(await waiting).toEqual([command]);
      expect(emit).toHaveBeenCalledWith("command.offered", { command, owner_id: 1 });
      expect(service.unreceived(bot.bot_id)).toEqual([]);
    });

    it("gives a poll's lost answer out again, except what was settled meanwhile", async () => {
      connected = false;
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

    it("hands a push out again when its lease ended", async () => {
      const command = await send();
      service.confirm(bot.bot_id, command.id);
      at += PUSH_LEASE_MS;
      expect(await service.dispatch(bot.bot_id, 1)).toMatchObject([{ id: command.id, attempts: 2 }]);
    });
  });

  describe("long polls", () => {
    it("answers as soon as a command is queued", async () => {
      const waiting = poll({ wait: 30 });
      // The poll must wait before the command comes.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { id } = await send();
      delivery.wake(bot.bot_id);
      expect(await waiting).toMatchObject([{ id }]);
    });

    it("answers empty when the server stops", async () => {
      const waiting = poll({ wait: 30 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      service.release();
      expect(await waiting).toEqual([]);
      expect(await poll({ wait: 30 })).toEqual([]);
    });

    it("leases nothing to a client that went away", async () => {
      const gone = new AbortController();
      const waiting = poll({ wait: 30 }, gone.signal);
      await new Promise((resolve) => setTimeout(resolve, 20));
      gone.abort();
      expect(await waiting).toEqual([]);
      await send();
      expect(await poll()).toMatchObject([{ attempts: 1 }]);
    });
  });

  describe("lists", () => {
    it("pages newest first without gaps, over what the caller owns", async () => {
      const sent: string[] = [];
      for (let index = 0; index < 5; index++) sent.unshift((await send(`type-${index}`)).id);
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
      const { id } = await send("restart");
      await send("ping");
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
