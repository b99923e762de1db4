/** Jobs that repeat, on a clock that the test moves: overlap, jitter, backoff, stops. */
import { describe, expect, it } from "vitest";
import { aScheduler, deferred, someJobs } from "@/tests/scheduler";

describe("every", () => {
  it("runs at its interval, counted from the end of each run", async () => {
    const { every, advance, scheduler } = someJobs();
    const at: number[] = [];
    const job = every({ name: "a", interval: 1_000, run: () => void at.push(scheduler.now()) });
    job.start();
    job.start();
    await advance(3_500);
    expect(at).toEqual([1_000, 2_000, 3_000]);
  });

  it("spreads its runs by a tenth of the interval", async () => {
    for (const [random, due] of [
      [0, 900],
      [0.999, 1_100],
    ] as const) {
      const clock = aScheduler();
      const { every, state } = someJobs({
        clock: { ...clock, scheduler: { ...clock.scheduler, random: () => random } },
      });
      every({ name: "a", interval: 1_000, run: () => {} }).start();
      expect(state("a").nextRunAt).toBe(due);
    }
  });

  it("never overlaps, and runs once more when it was woken meanwhile", async () => {
    const { every, advance, state } = someJobs();
    let runs = 0;
    let slow = deferred();
    const job = every({
      ...{ name: "a", interval: 1_000, first: 0 },
      run: () => {
        runs++;
        return slow.promise;
      },
    });
    job.start();
    await advance(0);
    job.wake();
    job.wake();
    await advance(10_000);
    expect([runs, state("a").state, state("a").nextRunAt]).toEqual([1, "running", null]);
    const first = slow;
    slow = deferred();
    first.resolve();
    await advance(0);
    expect(runs).toBe(2);
    slow.resolve();
    await advance(999);
    expect(runs).toBe(2);
    await advance(1);
    expect(runs).toBe(3);
  });

  it("runs early when it is woken, within the time the caller names, and not at all while it is stopped", async () => {
    const { every, advance, scheduler } = someJobs();
    const at: number[] = [];
    const job = every({ name: "a", interval: 10_000, run: () => void at.push(scheduler.now()) });
    job.wake();
    await advance(5);
    expect(at).toEqual([]);
    job.start();
    job.wake(500);
    job.wake(800);
    await advance(1_000);
    expect(at).toEqual([505]);
    job.wake();
    await advance(0);
    expect(at).toEqual([505, 1_005]);
  });

  it("goes on after errors, later and later, and logs the first, second, fourth and eighth", async () => {
    const { every, advance, scheduler, log, state } = someJobs();
    const at: number[] = [];
    let isBroken = true;
    const job = every({
      ...{ name: "a", interval: 1_000 },
      run: () => {
        at.push(scheduler.now());
        if (isBroken) throw new Error("no database");
      },
    });
    job.start();
    await advance(100_000);
    expect(at.slice(0, 7)).toEqual([1_000, 3_000, 7_000, 15_000, 30_000, 45_000, 60_000]);
    expect(log.map(({ message, fields }) => [message, fields.job, fields.failures])).toEqual([
      ["background job failed", "a", 1],
      ["background job failed", "a", 2],
      ["background job failed", "a", 4],
      ["background job failed", "a", 8],
    ]);
    expect(state("a")).toMatchObject({
      runs: at.length,
      failures: at.length,
      lastError: "no database",
      lastSuccessAt: null,
    });
    isBroken = false;
    const failures = at.length;
    await advance(15_000);
    expect(log.at(-1)).toEqual({ message: "background job recovered", fields: { job: "a", failures } });
    expect(state("a")).toMatchObject({ failures, lastError: null });
    const before = at.length;
    await advance(1_000);
    expect(at.length).toBe(before + 1);
  });

  it("repeats a rare job soon after a failure, and never more rarely than its interval", async () => {
    const { every, advance, scheduler } = someJobs();
    const at: number[] = [];
    every({
      ...{ name: "a", interval: 60_000, first: 0 },
      run: async () => {
        at.push(scheduler.now() / 1_000);
        throw new Error("no");
      },
    }).start();
    await advance(300_000);
    expect(at).toEqual([0, 10, 30, 70, 130, 190, 250]);
  });

  it("tells the run under way to end, waits for it, and can be started again", async () => {
    const { every, advance, state, waiting } = someJobs();
    const slow = deferred();
    let signal: AbortSignal | undefined;
    const job = every({
      ...{ name: "a", interval: 1_000, first: 0 },
      run: async (context) => {
        signal = context.signal;
        await slow.promise;
        if (signal.aborted) throw new Error("aborted");
      },
    });
    job.start();
    await advance(0);
    let isStopped = false;
    const stopped = job.stop().then(() => {
      isStopped = true;
    });
    await advance(5_000);
    expect([signal?.aborted, isStopped]).toEqual([true, false]);
    slow.resolve();
    await stopped;
    expect([state("a").state, state("a").failures, waiting()]).toEqual(["stopped", 0, 0]);
    job.start();
    await advance(0);
    expect(signal?.aborted).toBe(false);
    expect(state("a").runs).toBe(1);
  });

  it("is listed with what it did and does next", async () => {
    const { every, advance, list } = someJobs();
    const slow = deferred();
    every({ name: "b", interval: 2_000, run: () => slow.promise }).start();
    every({ name: "a", interval: 1_000, run: () => {} });
    await advance(2_250);
    slow.resolve();
    await advance(0);
    const idle = { runs: 0, failures: 0, busyMs: 0, lastStartedAt: null, lastSuccessAt: null, lastDurationMs: null };
    expect(list()).toEqual([
      {
        ...{ name: "a", kind: "interval", state: "stopped", runsIn: "every_process", interval: 1_000, nextRunAt: null },
        ...{ ...idle, lastError: null },
      },
      {
        ...{
          name: "b",
          kind: "interval",
          state: "waiting",
          runsIn: "every_process",
          interval: 2_000,
          nextRunAt: 4_250,
        },
        ...{ runs: 1, failures: 0, busyMs: 250, lastStartedAt: 2_000, lastSuccessAt: 2_250, lastDurationMs: 250 },
        lastError: null,
      },
    ]);
  });

  it("refuses two jobs of one name", () => {
    const { every } = someJobs();
    every({ name: "a", interval: 1, run: () => {} });
    expect(() => every({ name: "a", interval: 1, run: () => {} })).toThrow("two background jobs named a");
  });
});
