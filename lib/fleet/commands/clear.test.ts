/** Document 004's reading and clearing on the real store: what was shown is completed, what came later is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { db, takeTurn } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { blocked } from "@/tests/db/locks";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { createDelivery } from "./delivery";
import { createCommandService } from "./service";
import { createCommandStore } from "./store";

const NOON = Date.parse("2026-01-01T12:00:00.000Z");
const owner = { kind: "user", user_id: 1, role: "user", scope: "admin" } as UserActor;

describe.each(databases)("clear on $provider", (provider) => {
  let database: TestDatabase;
  let store: ReturnType<typeof createCommandStore>;
  let at: number;
  let bot: BotActor;
  const emit = vi.fn();
  let service: ReturnType<typeof createCommandService>;
  beforeAll(async () => {
    database = await openRoom(provider);
    store = createCommandStore();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    at = NOON;
    emit.mockReset();
    const id = await aStoredBot({ status_since: NOON, created_at: NOON });
    bot = { kind: "bot", bot_id: id, owner_id: 1, unclaimed: false };
    service = createCommandService({
      manifests: { check: () => undefined, newBatch: () => ({ left: 0, verdicts: new Map() }) },
      store,
      delivery: createDelivery({ now: () => at }),
      emit,
      now: () => at,
      newId: () => newId("cmd"),
      bots: {
        reach: async (_, bot_id) => ({ id: bot_id, owner_id: 1 }),
        seen: () => {},
        hasSocket: () => false,
        get: async () => ({}) as Bot,
        list: async () => ({ bots: [], count: 0, next_cursor: null }),
      },
    });
  });
  const send = (type: string, over = {}) => service.send(owner, { bot_id: bot.bot_id, type, payload: {}, ...over });
  const show = async (counts = true) => (await service.show(bot.bot_id, counts)).map((command) => command.type);
  const clear = () => service.clear(bot.bot_id, 1);

  it("completes what was shown, tells of each, and keeps the counters", async () => {
    const { id } = await send("a");
    await send("b");
    expect(await show()).toEqual(["a", "b"]);
    await send("c");
    emit.mockReset();
    expect(await clear()).toBe(2);
    expect(emit.mock.calls.map(([name, { command }]) => [name, command.type, command.status])).toEqual([
      ["command.settled", "a", "completed"],
      ["command.settled", "b", "completed"],
    ]);
    expect(await service.get(owner, id)).toMatchObject({ status: "completed", attempts: 1, result: {} });
    const [row] = await database.all<{ pending_commands: number; completed_commands: number }>(
      `SELECT * FROM bot WHERE id = '${bot.bot_id}'`,
    );
    expect([Number(row!.pending_commands), Number(row!.completed_commands)]).toEqual([1, 2]);
    expect(await show()).toEqual(["c"]);
  });

  it("counts a command as handed out once, however often it is shown", async () => {
    const { id } = await send("a");
    for (let times = 0; times < 3; times++) await show();
    expect((await service.get(owner, id)).attempts).toBe(1);
  });

  it("remembers an empty reading: what came after it stays", async () => {
    expect(await show()).toEqual([]);
    await send("a");
    expect(await clear()).toBe(0);
    expect(await clear()).toBe(1);
  });

  it("does not take what was scheduled before and came due after the reading", async () => {
    await send("later", { run_at: new Date(NOON + 1_000).toISOString() });
    await send("now");
    expect(await show()).toEqual(["now"]);
    at += 2_000;
    expect(await clear()).toBe(1);
    expect(await show()).toEqual(["later"]);
  });

  it("does not take what an earlier place in the queue was given after the reading", async () => {
    await send("normal");
    await show();
    await send("urgent", { priority: 10 });
    expect(await clear()).toBe(1);
    expect(await show()).toEqual(["urgent"]);
  });

  it("leaves what is not due alone when nothing was read", async () => {
    await send("later", { run_at: new Date(NOON + 60_000).toISOString() });
    await send("a");
    expect(await clear()).toBe(1);
  });

  it("is not moved by a person's look", async () => {
    await send("a");
    await show();
    await send("b");
    expect(await show(false)).toEqual(["a", "b"]);
    expect(await clear()).toBe(1);
  });

  it("does not take what came after the reading when an earlier clear was cut short", async () => {
    await send("a");
    await show();
    vi.spyOn(store, "forgetShown").mockRejectedValueOnce(new Error("killed"));
    await expect(clear()).rejects.toThrow("killed");
    await send("b");
    expect(await clear()).toBe(0);
    expect(await show()).toEqual(["b"]);
  });

  it("leaves a command alone that is settled in the moment it is shown", async () => {
    const { id } = await send("a");
    const written = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const settling = db().write(async (tx) => {
      await takeTurn(tx);
      await tx.run("UPDATE command SET status = 'failed', reason = 'cancelled' WHERE id = $1", [id]);
      written.resolve();
      await held.promise;
    });
    await written.promise;
    const shown = show();
    await blocked(database, provider.provider);
    held.resolve();
    await settling;
    expect(await shown).toEqual([]);
    expect(await service.get(owner, id)).toMatchObject({ status: "failed", attempts: 0, dispatched_at: null });
  });

  it("does not give up a scheduled command for having been shown as often as it may be handed out", async () => {
    const { id } = await send("later", { run_at: new Date(NOON + 1_000).toISOString(), max_attempts: 1 });
    at += 1_000;
    expect(await show()).toEqual(["later"]);
    await service.sweep();
    expect(await service.get(owner, id)).toMatchObject({ status: "pending", attempts: 1 });
    expect(await clear()).toBe(1);
  });

  it("agrees with leases and acks: each command is completed once", async () => {
    const [first] = await Promise.all([send("a"), send("b")]);
    await show();
    await service.pending(bot, bot.bot_id, { limit: 1, wait: 0, lease: 60 }, () => new AbortController().signal);
    await service.acknowledge(bot, { command_id: first!.id, status: "completed", result: { by: "ack" } });
    const cleared = await Promise.all([clear(), clear()]);
    expect(cleared[0]! + cleared[1]!).toBe(1);
    expect((await service.get(owner, first!.id)).result).toEqual({ by: "ack" });
  });
});
