/** Document 004's reading and clearing on the real store: what was shown is completed, what came later is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db, takeTurn } from "@/lib/core/db";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { blocked } from "@/tests/db/locks";
import { openRoom } from "@/tests/db/rooms";
import { aQueue, NOON, owner, type Queue } from "@/tests/queue/queue";

describe.each(databases)("clear on $provider", (provider) => {
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
  let poll: Queue["poll"];
  let ack: Queue["ack"];
  let counters: Queue["counters"];
  let sendCommand: Queue["send"];
  beforeEach(async () => {
    ({ world, bot, store, emit, service, poll, ack, counters, send: sendCommand } = await aQueue());
  });
  const send = (type: string, over = {}) => sendCommand({ type, ...over });
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
    expect(await counters()).toMatchObject({ p: 1, c: 2 });
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
    world.at += 2_000;
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
    world.at += 1_000;
    expect(await show()).toEqual(["later"]);
    await service.sweep();
    expect(await service.get(owner, id)).toMatchObject({ status: "pending", attempts: 1 });
    expect(await clear()).toBe(1);
  });

  it("agrees with leases and acks: each command is completed once", async () => {
    const [first] = await Promise.all([send("a"), send("b")]);
    await show();
    await poll({ limit: 1 });
    await ack(first!.id, { result: { by: "ack" } });
    const cleared = await Promise.all([clear(), clear()]);
    expect(cleared[0]! + cleared[1]!).toBe(1);
    expect((await service.get(owner, first!.id)).result).toEqual({ by: "ack" });
  });
});
