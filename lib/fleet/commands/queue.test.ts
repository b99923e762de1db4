/**
 * Features of the queue beyond the documents: keys, priority, start, expiry, dead letters, cancel, retry, bulk,
 * progress.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import type { BotActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { botCounters } from "@/lib/fleet/bots";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { aQueue, NOON, owner, type Queue } from "@/tests/queue/queue";
import { cancelCommand, type FailCause, sendCommand } from "./contract";
import { retryFailedCommands, sendBulkCommand } from "./contract.many";

describe.each(databases)("the queue beyond the documents on $provider", (provider) => {
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
  let counters: Queue["counters"];
  let takeCommands: Queue["poll"];
  let others: string[];
  beforeEach(async () => {
    others = [];
    ({
      world,
      bot,
      store,
      emit,
      service,
      send,
      counters,
      poll: takeCommands,
    } = await aQueue({
      bots: {
        reach: async (actor, id) => {
          if (actor.kind === "bot" ? actor.bot_id !== id : id.startsWith("nobody"))
            throw new AppError("NOT_FOUND", "No such bot");
          return { id, team_id: 1 };
        },
        get: async (_, id) =>
          ({ id, status: "offline", status_since: iso(NOON), last_active: iso(NOON), created_at: iso(NOON) }) as Bot,
        list: async () => ({
          bots: [bot.bot_id, ...others].map((id) => ({ id }) as Bot),
          count: 1 + others.length,
          next_cursor: null,
        }),
      },
    }));
  });

  const poll = (query = {}) => takeCommands({ lease: 60, ...query });

  it("queues once under one idempotency key, also when both requests arrive together", async () => {
    const key = { idempotency_key: "k1", payload: { a: 1, b: 2 } };
    const [first, second] = await Promise.all([send(key), send({ ...key, payload: { b: 2, a: 1 } })]);
    expect(second!.id).toBe(first!.id);
    expect((await send(key)).id).toBe(first!.id);
    expect(await counters()).toEqual({ t: 1, p: 1, c: 0, f: 0 });
    expect(emit).toHaveBeenCalledTimes(1);
  });

  it("refuses a key that was used for another command", async () => {
    await send({ idempotency_key: "k" });
    await expect(send({ idempotency_key: "k", type: "pong" })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(send({ idempotency_key: "k", payload: { x: 1 } })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("hands out by priority, then by age", async () => {
    await send({ type: "first" });
    await send({ type: "low", priority: -5 });
    await send({ type: "urgent", priority: 10 });
    await send({ type: "second" });
    expect((await poll()).map((command) => command.type)).toEqual(["urgent", "first", "second", "low"]);
  });

  it("keeps a scheduled command back until its time", async () => {
    const { command, delivery } = await service.sendExplained(owner, {
      bot_id: bot.bot_id,
      type: "ping",
      payload: {},
      run_at: iso(NOON + 60_000),
    });
    expect(delivery.state).toBe("scheduled");
    expect(sendCommand.response.safeParse({ status: "ok", command, delivery }).success).toBe(true);
    expect(await poll()).toEqual([]);
    world.at += 60_000;
    await service.sweep();
    expect(emit).toHaveBeenCalledWith("command.due", { bot_id: bot.bot_id, team_id: 1 });
    expect(await poll()).toHaveLength(1);
  });

  it("fails an expired command, but not one the bot is at work on", async () => {
    const taken = await send({ expires_in: 30 });
    await poll();
    const missed = await send({ expires_in: 30 });
    world.at += 31_000;
    expect(await poll()).toEqual([]);
    await service.sweep();
    expect(await service.get(owner, missed.id)).toMatchObject({ status: "failed", reason: "expired" });
    expect(await service.get(owner, taken.id)).toMatchObject({ status: "pending" });
    world.at += 60_000;
    await service.sweep();
    expect(await service.get(owner, taken.id)).toMatchObject({ status: "failed", reason: "expired" });
    expect(await counters()).toEqual({ t: 2, p: 0, c: 0, f: 2 });
  });

  it("makes a dead letter of a command nobody answers", async () => {
    const command = await send({ max_attempts: 2 });
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect(await poll()).toMatchObject([{ id: command.id, attempts: attempt }]);
      world.at += 61_000;
      await service.sweep();
    }
    expect(await poll()).toEqual([]);
    expect(await service.get(owner, command.id)).toMatchObject({ status: "failed", reason: "dead", attempts: 2 });
  });

  it("cancels a pending command and refuses the bot's late ack", async () => {
    const command = await send();
    await poll();
    const cancelled = await service.cancel(owner, command.id);
    expect(cancelCommand.response.safeParse({ status: "ok", command: cancelled }).success).toBe(true);
    expect(cancelled).toMatchObject({ status: "failed", reason: "cancelled" });
    await expect(service.cancel(owner, command.id)).resolves.toMatchObject({ reason: "cancelled" });
    const ack = { command_id: command.id, status: "completed" as const, result: {} };
    await expect(service.acknowledge(bot, ack)).rejects.toMatchObject({ code: "CONFLICT" });
    const done = await send();
    await service.acknowledge(bot, { ...ack, command_id: done.id });
    await expect(service.cancel(owner, done.id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("retries a failed command as a new one; retrying all does so once", async () => {
    const command = await send({ type: "greet", payload: { to: "ada" } });
    await expect(service.retry(owner, command.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await service.acknowledge(bot, { command_id: command.id, status: "failed", result: {} });
    const again = await service.retry(owner, command.id);
    expect(again.command).toMatchObject({ type: "greet", payload: { to: "ada" }, retry_of: command.id, attempts: 0 });
    const query = retryFailedCommands.body.parse({ bot_id: bot.bot_id, limit: 100 });
    const first = await service.retryFailed(owner, query);
    const second = await service.retryFailed(owner, query);
    expect(first.results.map((one) => one.command?.id)).toEqual(second.results.map((one) => one.command?.id));
    expect(await counters()).toMatchObject({ t: 3 });
  });

  it("retries every failed command over several calls by the cursor that each call leaves", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      const { id } = await send();
      await service.acknowledge(bot, { command_id: id, status: "failed", result: {} });
      ids.unshift(id);
    }
    const retried: (string | null | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const query = retryFailedCommands.body.parse({ bot_id: bot.bot_id, limit: 2, cursor });
      const answer = retryFailedCommands.response.parse(await service.retryFailed(owner, query));
      retried.push(...answer.results.map(({ command }) => command?.retry_of));
      expect(answer.left).toBe(ids.length - retried.length);
      cursor = answer.next_cursor ?? undefined;
    } while (cursor);
    expect(retried).toEqual(ids);
  });

  it("leaves cancelled commands out of a retry of all, unless the cause asks for them", async () => {
    const [failed, cancelled, dropped] = [await send(), await send({ type: "greet" }), await send({ max_attempts: 1 })];
    await service.acknowledge(bot, { command_id: failed.id, status: "failed", result: {} });
    await service.cancel(owner, cancelled.id);
    await poll({ lease: 1 });
    world.at += 2000;
    await service.sweep();
    const matches = async (reason: z.output<typeof FailCause>) =>
      (await service.list(owner, { bot_id: bot.bot_id, reason, limit: 100 })).commands.map(({ id }) => id);
    expect(await matches("not_cancelled")).toEqual([dropped.id, failed.id]);
    expect(await matches("reported")).toEqual([failed.id]);
    expect(await matches("dead")).toEqual([dropped.id]);
    const retried = async (body: object) => {
      const query = retryFailedCommands.body.parse({ bot_id: bot.bot_id, ...body });
      return (await service.retryFailed(owner, query)).results.map(({ command }) => command?.retry_of);
    };
    expect(await retried({})).toEqual([dropped.id, failed.id]);
    expect(await retried({ reason: "cancelled" })).toEqual([cancelled.id]);
  });

  it("counts cancelled commands apart from other failures", async () => {
    const [failed, cancelled] = [await send(), await send()];
    await service.acknowledge(bot, { command_id: failed.id, status: "failed", result: {} });
    await service.cancel(owner, cancelled.id);
    const counted = { total_commands: 2, pending_commands: 0, failed_commands: 2, cancelled_commands: 1 };
    expect(await botCounters(bot.bot_id)).toMatchObject(counted);
    await store.removeSettled(world.at + 1, 0, 100);
    const none = { total_commands: 0, failed_commands: 0, cancelled_commands: 0 };
    expect(await botCounters(bot.bot_id)).toMatchObject(none);
  });

  it("sends to many with an outcome for each", async () => {
    others = [await aStoredBot()];
    const sent = await service.bulk(owner, {
      ...sendBulkCommand.body.parse({ bot_ids: [bot.bot_id, ...others, "nobody", bot.bot_id], type: "restart" }),
    });
    expect(sendBulkCommand.response.safeParse(sent).success).toBe(true);
    expect(sent).toMatchObject({ count: 3, queued: 2 });
    expect(sent.results[2]).toMatchObject({ bot_id: "nobody", status: "error", code: "NOT_FOUND" });
    const all = await service.bulk(owner, sendBulkCommand.body.parse({ filter: {}, type: "restart" }));
    expect(all).toMatchObject({ count: 2, queued: 2 });
  });

  it.each([
    [{ type: "x" }],
    [{ type: "x", bot_ids: ["a"], filter: {} }],
    [{ type: "x", bot_ids: [] }],
    [{ type: "x", bot_ids: ["a"], priority: 101 }],
    [{ type: "x", bot_ids: ["a"], expires_in: 0 }],
    [{ type: "x", bot_ids: ["a"], run_at: "2999-01-01T00:00:00Z" }],
  ])("refuses the bulk body %j", (body) => {
    expect(sendBulkCommand.body.safeParse(body).success).toBe(false);
  });

  it("notes progress and gives more time, but not after the end", async () => {
    const command = await send({ max_attempts: 1 });
    await poll();
    world.at += 50_000;
    const report = { command_id: command.id, progress: 40, note: "12 of 30", lease: 60 };
    expect(await service.progress(bot, report)).toMatchObject({
      progress: 40,
      progress_note: "12 of 30",
      lease_expires_at: iso(world.at + 60_000),
    });
    expect(emit).toHaveBeenCalledWith("command.progress", expect.anything());
    world.at += 30_000;
    await service.sweep();
    expect(await service.get(owner, command.id)).toMatchObject({ status: "pending" });
    world.at += 31_000;
    await service.sweep();
    expect(await service.get(owner, command.id)).toMatchObject({ reason: "dead" });
    await expect(service.progress(bot, report)).rejects.toMatchObject({ code: "CONFLICT" });
    const stranger: BotActor = { ...bot, bot_id: "other" };
    const mine = await send();
    await expect(service.progress(stranger, { command_id: mine.id, progress: 1 })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("answers an ack of what it pushed as it is stored, though it read nothing back", async () => {
    world.isConnected = true;
    const settle = vi.spyOn(store, "settle");
    // As it was pushed; changed since by another process; handed out again by one.
    for (const change of ["", "progress = 40", "attempts = 2"]) {
      const { id } = await send({ payload: { a: [1] } });
      if (change) await db().run(`UPDATE command SET ${change} WHERE id = $1`, [id]);
      const acked = await service.acknowledge(bot, { command_id: id, status: "completed", result: { ok: 1 } });
      expect(settle.mock.lastCall?.[0].known?.command.id).toBe(id);
      expect(acked).toEqual(await store.find(id));
      expect(acked).toMatchObject({ status: "completed", result: { ok: 1 }, lease_expires_at: null });
    }
    settle.mockRestore();
    expect(await counters()).toEqual({ t: 3, p: 0, c: 3, f: 0 });
  });

  it("says where a command for an offline bot is", async () => {
    const { delivery } = await service.sendExplained(owner, {
      bot_id: bot.bot_id,
      type: "ping",
      payload: {},
      expires_in: 3600,
    });
    expect(delivery).toEqual({
      state: "queued",
      online: false,
      offline_since: iso(NOON),
      text: "queued: offline since 2026-01-01 12:00 UTC, expires 2026-01-01 13:00 UTC",
    });
  });
});
