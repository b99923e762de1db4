/** One bot's queue, real and modelled: each operation is done on both, and the answers are compared. */
import { expect } from "vitest";
import { iso } from "@/lib/core/clock";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import type { Command } from "@/lib/fleet/commands/contract";
import { createModel, type Known, type Verdict } from "./model";
import type { Operation } from "./operations";
import { aQueue, never, owner } from "./queue";

type Of<Op extends Operation["op"]> = Extract<Operation, { op: Op }>;

const code = (error: unknown) => {
  if (error instanceof AppError) return error.code;
  throw error;
};

export async function aWorld() {
  const { world: clock, bot, emit, service } = await aQueue();
  const id = bot.bot_id;
  const model = createModel(() => clock.at);
  const { known } = model;
  const keys = new Map<string, Known>();
  let counted = 0;

  const send = (over: object) => service.send(owner, { bot_id: id, type: "work", payload: {}, ...over });
  const ack = (target: Known, status: "completed" | "failed", result: Record<string, unknown>) =>
    service.acknowledge(bot, { command_id: target.id, status, result }).then((command) => command.result, code);
  const cancel = (target: Known) => service.cancel(owner, target.id).then((command) => command.reason, code);

  async function sendOne({ priority, expires, delay, attempts, key }: Of<"send">): Promise<void> {
    const command = await send({
      priority,
      max_attempts: attempts,
      ...(expires !== undefined && { expires_in: expires }),
      ...(delay > 0 && { run_at: iso(clock.at + delay * 1000) }),
      ...(key !== undefined && { idempotency_key: `k${key}` }),
    });
    const before = keys.get(`k${key}`);
    if (before) return void expect(command.id).toBe(before.id);
    const added = model.enter(command);
    expect(added).toMatchObject({ priority, maxAttempts: attempts });
    if (key !== undefined) keys.set(`k${key}`, added);
  }

  async function sendTogether(operation: Of<"sends">): Promise<void> {
    counted += operation.keys.length - 1;
    const commands = await Promise.all(
      operation.keys.map((key) => send(key === undefined ? {} : { idempotency_key: `k${key}` })),
    );
    const first = new Map<string, Command>();
    commands.forEach((command, index) => {
      const key = operation.keys[index];
      if (key === undefined || !keys.has(`k${key}`)) first.set(command.id, command);
      if (key === undefined) return;
      expect(command.id).toBe(keys.get(`k${key}`)?.id ?? commands[operation.keys.indexOf(key)]!.id);
    });
    // The database decides which of them it took first.
    const rows = await db().all<{ id: string }>("SELECT id FROM command WHERE bot_id = $1 ORDER BY seq DESC LIMIT $2", [
      id,
      first.size,
    ]);
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(first.keys()));
    for (const row of rows.reverse()) model.enter(first.get(row.id)!);
    operation.keys.forEach((key, index) => {
      if (key !== undefined) keys.set(`k${key}`, known.find((command) => command.id === commands[index]!.id)!);
    });
  }

  async function poll(limits: number[], lease: number): Promise<void> {
    counted += limits.length - 1;
    const answers = await Promise.all(
      limits.map((limit) => service.pending(bot, id, { limit, wait: 0, lease }, () => never)),
    );
    const expected = model.lease(
      limits.reduce((sum, limit) => sum + limit, 0),
      lease,
    );
    const byId = new Map(expected.map((command) => [command.id, command]));
    // Together they hand out the front of the queue, each command to one of them, each in the queue's order.
    const got = answers.flat().map((command) => command.id);
    expect(got.sort()).toEqual([...byId.keys()].sort());
    for (const answer of answers) {
      const leased = answer.map((command) => byId.get(command.id)!);
      expect(leased).toEqual([...leased].sort(model.inOrder));
      expect(answer.map((command) => command.attempts)).toEqual(leased.map((command) => command.attempts));
    }
  }

  async function acknowledge(target: Known, status: "completed" | "failed"): Promise<void> {
    const result = { by: counted };
    const reply = await ack(target, status, result);
    if (target.status === "pending") model.settle(target, status, result);
    expect(reply).toEqual(model.answerTo(target, status));
  }

  async function cancelOne(target: Known): Promise<void> {
    const reply = await cancel(target);
    if (target.status === "pending") model.settle(target, "failed", { error: "cancelled" }, "cancelled");
    expect(reply).toBe(model.answerTo(target, "cancel"));
  }

  async function settleTogether(target: Known, verdicts: Verdict[]): Promise<void> {
    counted += verdicts.length - 1;
    const results = verdicts.map((verdict, n) => (verdict === "cancel" ? { error: "cancelled" } : { by: counted, n }));
    const replies = await Promise.all(
      verdicts.map((verdict, n) => (verdict === "cancel" ? cancel(target) : ack(target, verdict, results[n]!))),
    );
    if (target.status === "pending") {
      const stored = await service.get(owner, target.id);
      const winner = results.findIndex((result) => JSON.stringify(result) === JSON.stringify(stored.result));
      expect(winner).toBeGreaterThanOrEqual(0);
      const verdict = verdicts[winner]!;
      if (verdict === "cancel") model.settle(target, "failed", results[winner]!, "cancelled");
      else model.settle(target, verdict, results[winner]!);
    }
    expect(replies).toEqual(verdicts.map((verdict) => model.answerTo(target, verdict)));
  }

  async function report(target: Known, { progress, lease }: Of<"progress">): Promise<void> {
    const reply = await service
      .progress(bot, { command_id: target.id, progress, lease })
      .then((command) => command.progress, code);
    if (target.status !== "pending") return void expect(reply).toBe("CONFLICT");
    target.progress = progress;
    if (lease !== undefined) target.leaseEnd = clock.at + lease * 1000;
    expect(reply).toBe(progress);
  }

  async function retry(target: Known): Promise<void> {
    const reply = await service.retry(owner, target.id).then(({ command }) => command, code);
    if (target.status !== "failed") return void expect(reply).toBe("CONFLICT");
    expect(reply).toMatchObject({ retry_of: target.id, status: "pending", attempts: 0 });
    model.enter(reply as Command);
  }

  async function sweep(): Promise<void> {
    await service.sweep();
    model.sweep();
  }

  /** Does one operation on both and compares the answers. */
  async function perform(operation: Operation): Promise<void> {
    counted++;
    if (operation.op === "clock") clock.at += operation.seconds * 1000;
    else if (operation.op === "sweep") await sweep();
    else if (operation.op === "send") await sendOne(operation);
    else if (operation.op === "sends") await sendTogether(operation);
    else if (operation.op === "poll") await poll([operation.limit], operation.lease);
    else if (operation.op === "polls") await poll(operation.limits, operation.lease);
    else if (known.length > 0) await change(known[operation.pick % known.length]!, operation);
  }

  function change(target: Known, operation: Of<"ack" | "cancel" | "verdicts" | "progress" | "retry">): Promise<void> {
    if (operation.op === "ack") return acknowledge(target, operation.status);
    if (operation.op === "cancel") return cancelOne(target);
    if (operation.op === "verdicts") return settleTogether(target, operation.verdicts);
    if (operation.op === "progress") return report(target, operation);
    return retry(target);
  }

  /** Everything stored is as the model has it: nothing lost, nothing twice, counters right. */
  async function agree(): Promise<void> {
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
    const counters = await db().all(
      "SELECT total_commands AS t, pending_commands AS p, completed_commands AS c, failed_commands AS f FROM bot WHERE id = $1",
      [id],
    );
    const [p, c, f] = (["pending", "completed", "failed"] as const).map(model.count);
    expect(counters).toEqual([{ t: known.length, p, c, f }]);
    // Each settled command was announced once, and no other.
    const announced = emit.mock.calls.filter(([name]) => name === "command.settled").map(([, fact]) => fact.command.id);
    const settled = known.filter((command) => command.status !== "pending").map((command) => command.id);
    expect(announced.sort()).toEqual(settled.sort());
  }

  return { perform, agree, counted: () => counted, end: () => service.purge(id) };
}
