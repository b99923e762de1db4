/**
 * The queue against a model of it: random histories of sends, leases, acks, contradictions, cancels, progress, expiries
 * and moves of the clock, by many clients at once. 5,000 operations on a real database; 50,000 with FULL=1.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { isFull } from "@/tests/full";
import type { Command } from "./contract";
import { createDelivery } from "./delivery";
import { createCommandService } from "./service";
import { createCommandStore } from "./store";

const START = Date.parse("2026-01-01T12:00:00.000Z");
const RUNS = isFull ? 260 : 26;
const OPERATIONS = isFull ? 50_000 : 5_000;
const owner = { kind: "user", user_id: 1, role: "user", scope: "admin" } as UserActor;
const never = () => new AbortController().signal;

let database: TestDatabase;
beforeAll(async () => {
  database = await openRoom(databases[0]!);
});
afterAll(() => database.close());

/** The model's state of a command. Times in ms. */
type Known = {
  id: string;
  nth: number;
  priority: number;
  runAt: number;
  expiresAt: number;
  maxAttempts: number;
  attempts: number;
  leaseEnd: number;
  status: Command["status"];
  reason: Command["reason"];
  result: object | null;
  completedAt: number | null;
  progress: number | null;
};

type Operation =
  | {
      op: "send";
      priority: number;
      expires: number | undefined;
      delay: number;
      attempts: number;
      key: number | undefined;
    }
  | { op: "poll"; limit: number; lease: number }
  | { op: "ack"; pick: number; status: "completed" | "failed" }
  | { op: "progress"; pick: number; progress: number; lease: number | undefined }
  | { op: "cancel"; pick: number }
  | { op: "retry"; pick: number }
  | { op: "clock"; seconds: number }
  | { op: "sweep" }
  | { op: "sends"; keys: (number | undefined)[] }
  | { op: "polls"; limits: number[]; lease: number }
  | { op: "verdicts"; pick: number; verdicts: ("completed" | "failed" | "cancel")[] };

const pick = fc.nat(1_000);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("send" as const),
      priority: fc.integer({ min: -2, max: 2 }),
      expires: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
      delay: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
      ),
      attempts: fc.integer({ min: 1, max: 3 }),
      key: fc.option(fc.nat(5), { nil: undefined, freq: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("poll" as const),
      limit: fc.integer({ min: 1, max: 4 }),
      lease: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("ack" as const),
      pick,
      status: fc.constantFrom("completed" as const, "failed" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("progress" as const),
      pick,
      progress: fc.integer({ min: 0, max: 100 }),
      lease: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("cancel" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("retry" as const), pick }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("clock" as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("sweep" as const) }) },
  // Several clients in the same moment.
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("sends" as const),
      keys: fc.array(fc.option(fc.nat(8), { nil: undefined }), { minLength: 2, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("polls" as const),
      limits: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 5 }),
      lease: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("verdicts" as const),
      pick,
      verdicts: fc.array(fc.constantFrom("completed" as const, "failed" as const, "cancel" as const), {
        minLength: 2,
        maxLength: 6,
      }),
    }),
  },
);
/** One bot's queue, real and modelled. */
async function world() {
  const clock = { at: START };
  const now = () => clock.at;
  const id = await aStoredBot({ status_since: START, created_at: START });
  const bot: BotActor = { kind: "bot", bot_id: id, owner_id: 1, unclaimed: false };
  const settledFacts = new Map<string, number>();
  const service = createCommandService({
    manifests: { check: () => undefined, newBatch: () => ({ left: 0, verdicts: new Map() }) },
    store: createCommandStore(),
    delivery: createDelivery({ now }),
    emit: (name, fact) => {
      if (name !== "command.settled") return;
      const { command } = fact as { command: Command };
      if (command.bot_id !== id) return;
      settledFacts.set(command.id, (settledFacts.get(command.id) ?? 0) + 1);
    },
    now,
    newId: () => newId("cmd"),
    bots: {
      reach: async () => ({ id, owner_id: 1 }),
      seen: () => {},
      hasSocket: () => false,
      get: async () =>
        ({ id, status: "offline", status_since: iso(START), last_active: null, created_at: iso(START) }) as Bot,
      list: async () => ({ bots: [], count: 0, next_cursor: null }),
    },
  });
  const known: Known[] = [];
  const keys = new Map<string, Known>();
  let counted = 0;

  const free = (one: Known) =>
    one.status === "pending" &&
    one.leaseEnd <= clock.at &&
    one.runAt <= clock.at &&
    one.expiresAt > clock.at &&
    one.attempts < one.maxAttempts;
  const inOrder = (a: Known, b: Known) => b.priority - a.priority || a.nth - b.nth;

  function settle(one: Known, status: "completed" | "failed", result: object, reason: Known["reason"] = null) {
    Object.assign(one, { status, result, reason, completedAt: clock.at, leaseEnd: 0 });
  }
  const code = (error: unknown) => {
    if (error instanceof AppError) return error.code;
    throw error;
  };

  /** Commands the model does not know yet enter it in the order in which the database took them. */
  const enter = (command: Command, over: Partial<Known> = {}): Known => {
    const one: Known = {
      id: command.id,
      nth: known.length,
      priority: command.priority,
      runAt: command.run_at ? Date.parse(command.run_at) : 0,
      expiresAt: command.expires_at ? Date.parse(command.expires_at) : Number.POSITIVE_INFINITY,
      maxAttempts: command.max_attempts,
      attempts: 0,
      leaseEnd: 0,
      status: "pending",
      reason: null,
      result: null,
      completedAt: null,
      progress: null,
      ...over,
    };
    known.push(one);
    return one;
  };

  const send = (over: object) => service.send(owner, { bot_id: id, type: "work", payload: {}, ...over });
  const ack = (one: Known, status: "completed" | "failed", result: object) =>
    service
      .acknowledge(bot, { command_id: one.id, status, result: result as Record<string, unknown> })
      .then((command) => command.result, code);
  const cancel = (one: Known) => service.cancel(owner, one.id).then((command) => command.reason, code);
  /** The first word stands: repeated it is answered with what is stored, contradicted it is refused. */
  const answerTo = (one: Known, verdict: "completed" | "failed" | "cancel") =>
    verdict === "cancel"
      ? one.reason === "cancelled"
        ? "cancelled"
        : "CONFLICT"
      : one.status === verdict
        ? one.result
        : "CONFLICT";

  function leased(expected: Known[], lease: number) {
    for (const one of expected) {
      one.attempts++;
      one.leaseEnd = clock.at + lease * 1000;
    }
  }

  /** Does one operation on both and compares the answers. */
  async function perform(operation: Operation): Promise<void> {
    counted++;
    if (operation.op === "clock") {
      clock.at += operation.seconds * 1000;
      return;
    }
    if (operation.op === "sweep") return sweep();
    if (operation.op === "send") {
      const { priority, expires, delay, attempts, key } = operation;
      const command = await send({
        priority,
        max_attempts: attempts,
        ...(expires !== undefined && { expires_in: expires }),
        ...(delay > 0 && { run_at: iso(clock.at + delay * 1000) }),
        ...(key !== undefined && { idempotency_key: `k${key}` }),
      });
      const standing = keys.get(`k${key}`);
      if (standing) return void expect(command.id).toBe(standing.id);
      const one = enter(command);
      expect(one).toMatchObject({ priority, maxAttempts: attempts });
      if (key !== undefined) keys.set(`k${key}`, one);
      return;
    }
    if (operation.op === "sends") {
      counted += operation.keys.length - 1;
      const commands = await Promise.all(
        operation.keys.map((key) => send(key === undefined ? {} : { idempotency_key: `k${key}` })),
      );
      const first = new Map<string, Command>();
      commands.forEach((command, index) => {
        const key = operation.keys[index];
        if (key === undefined || !keys.has(`k${key}`)) first.set(command.id, command);
        if (key === undefined) return;
        const standing = keys.get(`k${key}`)?.id ?? commands[operation.keys.indexOf(key)]!.id;
        expect(command.id).toBe(standing);
      });
      // The database decides which of them it took first.
      const rows = await db().all<{ id: string }>(
        "SELECT id FROM command WHERE bot_id = $1 ORDER BY seq DESC LIMIT $2",
        [id, first.size],
      );
      expect(new Set(rows.map((row) => row.id))).toEqual(new Set(first.keys()));
      for (const row of rows.reverse()) enter(first.get(row.id)!);
      operation.keys.forEach((key, index) => {
        if (key !== undefined) keys.set(`k${key}`, known.find((one) => one.id === commands[index]!.id)!);
      });
      return;
    }
    if (operation.op === "poll" || operation.op === "polls") {
      const { lease } = operation;
      const limits = operation.op === "poll" ? [operation.limit] : operation.limits;
      counted += limits.length - 1;
      const answers = await Promise.all(
        limits.map((limit) => service.pending(bot, id, { limit, wait: 0, lease }, never)),
      );
      const room = limits.reduce((sum, limit) => sum + limit, 0);
      const expected = known.filter(free).sort(inOrder).slice(0, room);
      leased(expected, lease);
      const got = answers.flat();
      const byId = new Map(expected.map((one) => [one.id, one]));
      // Together they hand out the front of the queue, each command to one of them, each in the queue's order.
      expect(got.map((command) => command.id).sort()).toEqual([...byId.keys()].sort());
      for (const answer of answers) {
        const mine = answer.map((command) => byId.get(command.id)!);
        expect(mine).toEqual([...mine].sort(inOrder));
        expect(answer.map((command) => command.attempts)).toEqual(mine.map((one) => one.attempts));
      }
      return;
    }
    if (known.length === 0) return;
    const target = known[operation.pick % known.length]!;
    if (operation.op === "ack") {
      const result = { by: counted };
      const reply = await ack(target, operation.status, result);
      if (target.status === "pending") settle(target, operation.status, result);
      expect(reply).toEqual(answerTo(target, operation.status));
    } else if (operation.op === "cancel") {
      const reply = await cancel(target);
      if (target.status === "pending") settle(target, "failed", { error: "cancelled" }, "cancelled");
      expect(reply).toBe(answerTo(target, "cancel"));
    } else if (operation.op === "verdicts") {
      const { verdicts } = operation;
      counted += verdicts.length - 1;
      const results = verdicts.map((verdict, n) =>
        verdict === "cancel" ? { error: "cancelled" } : { by: counted, n },
      );
      const replies = await Promise.all(
        verdicts.map((verdict, n) => (verdict === "cancel" ? cancel(target) : ack(target, verdict, results[n]!))),
      );
      if (target.status === "pending") {
        const stands = await service.get(owner, target.id);
        const winner = results.findIndex((result) => JSON.stringify(result) === JSON.stringify(stands.result));
        expect(winner).toBeGreaterThanOrEqual(0);
        const verdict = verdicts[winner]!;
        if (verdict === "cancel") settle(target, "failed", results[winner]!, "cancelled");
        else settle(target, verdict, results[winner]!);
      }
      expect(replies).toEqual(verdicts.map((verdict) => answerTo(target, verdict)));
    } else if (operation.op === "progress") {
      const { progress, lease } = operation;
      const reply = await service
        .progress(bot, { command_id: target.id, progress, lease })
        .then((command) => command.progress, code);
      if (target.status !== "pending") return void expect(reply).toBe("CONFLICT");
      target.progress = progress;
      if (lease !== undefined) target.leaseEnd = clock.at + lease * 1000;
      expect(reply).toBe(progress);
    } else {
      const reply = await service.retry(owner, target.id).then(({ command }) => command, code);
      if (target.status !== "failed") return void expect(reply).toBe("CONFLICT");
      expect(reply).toMatchObject({ retry_of: target.id, status: "pending", attempts: 0 });
      enter(reply as Command);
    }
  }

  /** Applies a finished sweep to the model: expired and dead commands without a worker have failed. */
  async function sweep() {
    await service.sweep();
    for (const one of known) {
      if (one.status !== "pending" || one.leaseEnd > clock.at) continue;
      if (one.expiresAt <= clock.at) settle(one, "failed", { error: "expired before a bot took it" }, "expired");
      else if (one.attempts >= one.maxAttempts)
        settle(one, "failed", { error: "handed out as often as allowed without an answer" }, "dead");
    }
  }

  /** Everything stored is as the model has it: nothing lost, nothing twice, counters right. */
  async function agree() {
    const rows = await db().all<Record<string, unknown>>(
      "SELECT id, status, reason, result, attempts, completed_at, progress, COALESCE(lease_expires_at, 0) AS lease FROM command WHERE bot_id = $1 ORDER BY seq",
      [id],
    );
    expect(
      rows.map((row) => ({ ...row, result: row.result === null ? null : JSON.parse(row.result as string) })),
    ).toEqual(
      known.map(({ id, status, reason, result, attempts, completedAt, progress, leaseEnd }) => ({
        ...{ id, status, reason, result, attempts, progress },
        completed_at: completedAt,
        lease: leaseEnd,
      })),
    );
    const count = (status: string) => known.filter((one) => one.status === status).length;
    const counters = await db().all(
      "SELECT total_commands AS t, pending_commands AS p, completed_commands AS c, failed_commands AS f FROM bot WHERE id = $1",
      [id],
    );
    expect(counters).toEqual([{ t: known.length, p: count("pending"), c: count("completed"), f: count("failed") }]);
    // Each settled command was announced once, and no other.
    expect([...settledFacts.keys()].sort()).toEqual(
      known
        .filter((one) => one.status !== "pending")
        .map((one) => one.id)
        .sort(),
    );
    expect([...settledFacts.values()].every((times) => times === 1)).toBe(true);
  }

  return { perform, agree, counted: () => counted, end: () => service.purge(id) };
}

it(`behaves as its model over ${OPERATIONS} operations`, async () => {
  let operations = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 100, maxLength: 140, size: "max" }), async (history) => {
      const { perform, agree, counted, end } = await world();
      for (const one of history) await perform(one);
      await agree();
      await end();
      operations += counted();
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
  );
  expect(operations).toBeGreaterThanOrEqual(OPERATIONS);
}, 300_000);
