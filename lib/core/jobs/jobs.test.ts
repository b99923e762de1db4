/** Background jobs on a clock that the test moves: overlap, backoff, leaders, stops. */
import { describe, expect, it } from "vitest";
import { aScheduler, someJobs, someLeases } from "@/tests/scheduler";

const deferred = () => {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

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

describe("a led job", () => {
  /** Two processes with one clock and one table of leases. */
  function twoProcesses(interval = 5_000) {
    const clock = aScheduler(1_000_000);
    const kept = someLeases();
    const ran: string[] = [];
    const away: (number | undefined)[] = [];
    const dead = new Set<string>();
    const [a, b] = ["a", "b"].map((holder) => {
      const after = (ms: number, run: () => void) => clock.scheduler.after(ms, () => dead.has(holder) || run());
      const process = someJobs({
        ...{ clock: { ...clock, scheduler: { ...clock.scheduler, after } }, leases: kept.leases, holder },
      });
      const job = process.every({
        ...{ name: "led", interval, isLed: true },
        run: ({ awayMs }) => {
          ran.push(holder);
          away.push(awayMs);
        },
      });
      return { ...process, job };
    });
    return { clock, kept, ran, away, dead, a: a!, b: b! };
  }

  it("runs in one of two processes, which keeps it for longer than a lease lasts", async () => {
    const { clock, ran, a, b } = twoProcesses();
    a.job.start();
    b.job.start();
    await clock.advance(60_000);
    expect(ran).toEqual(Array(12).fill("a"));
    expect([a.state("led").state, b.state("led").state]).toEqual(["waiting", "standby"]);
    expect(b.state("led")).toMatchObject({ runs: 0, runsIn: "one_process" });
  });

  it("goes on in the other process at once when its leader stops", async () => {
    const { clock, ran, away, a, b } = twoProcesses();
    a.job.start();
    b.job.start();
    await clock.advance(10_000);
    await a.job.stop();
    await clock.advance(5_000);
    expect(ran).toEqual(["a", "a", "b"]);
    expect(away).toEqual([0, undefined, 5_000]);
  });

  it("goes on in the other process when the lease of a leader that died has run out", async () => {
    const { clock, ran, away, dead, a, b } = twoProcesses();
    a.job.start();
    b.job.start();
    await clock.advance(5_000);
    dead.add("a");
    await clock.advance(19_999);
    expect(ran).toEqual(["a"]);
    await clock.advance(1);
    expect(ran).toEqual(["a", "b"]);
    expect(away.at(-1)).toBeLessThanOrEqual(5_000);
  });

  it("is told when it lost its lease while it ran", async () => {
    const kept = someLeases();
    const { every, advance, state } = someJobs({ leases: kept.leases });
    const slow = deferred();
    let signal: AbortSignal | undefined;
    const job = every({
      ...{ name: "led", interval: 1_000, first: 0, isLed: true },
      run: (context) => {
        signal = context.signal;
        return slow.promise;
      },
    });
    job.start();
    await advance(1_000);
    expect(signal?.aborted).toBe(false);
    kept.rows.set("led", { holder: "b", until: 1_000_000 });
    await advance(10_000);
    expect([signal?.aborted, state("led").state]).toEqual([true, "running"]);
    slow.resolve();
    await job.stop();
    expect(kept.rows.get("led")?.holder).toBe("b");
  });

  it("says in its first run for how long nobody led it", async () => {
    const clock = aScheduler(100_000);
    const kept = someLeases();
    kept.rows.set("led", { holder: "gone", until: 40_000 });
    const { every, advance } = someJobs({ clock, leases: kept.leases });
    const away: (number | undefined)[] = [];
    every({
      ...{ name: "led", interval: 1_000, first: 0, isLed: true },
      run: ({ awayMs }) => void away.push(awayMs),
    }).start();
    await advance(5_000);
    expect(away.slice(0, 3)).toEqual([60_000, undefined, undefined]);
  });

  it("goes on when the database was away for longer than its lease", async () => {
    const { clock, kept, ran, a } = twoProcesses();
    a.job.start();
    await clock.advance(5_000);
    kept.state.fail = true;
    await clock.advance(40_000);
    const before = ran.length;
    kept.state.fail = false;
    await clock.advance(30_000);
    expect(ran.length).toBeGreaterThan(before);
    expect(a.state("led").lastError).toBeNull();
    kept.state.fail = true;
    await a.job.stop();
    expect(a.state("led").state).toBe("stopped");
  });
});

describe("worker", () => {
  function aQueue(over: { concurrency?: number; refillAt?: number; drain?: number } = {}) {
    const jobs = someJobs();
    const due: string[] = [];
    const claims: number[] = [];
    const under = new Map<string, ReturnType<typeof deferred>>();
    const state = { fail: false };
    const job = jobs.worker<string>({
      ...{ name: "queue", interval: 2_000, concurrency: 4, ...over },
      async claim(limit) {
        if (state.fail) throw new Error("no database");
        claims.push(limit);
        return due.splice(0, limit);
      },
      async run(item) {
        if (item === "bad") throw new Error("bad item");
        const work = deferred();
        under.set(item, work);
        await work.promise;
      },
    });
    const finish = async (...items: string[]) => {
      for (const item of items) {
        under.get(item)!.resolve();
        under.delete(item);
      }
      await jobs.advance(0);
    };
    return { ...jobs, job, due, claims, under, state, finish, stateOf: () => jobs.state("queue") };
  }

  it("keeps as many items under way as it may, and claims again when half of them ended", async () => {
    const { job, due, under, finish, advance, stateOf } = aQueue();
    due.push("1", "2", "3", "4", "5", "6");
    job.start();
    await advance(0);
    expect([...under.keys()]).toEqual(["1", "2", "3", "4"]);
    await finish("1");
    expect(under.size).toBe(3);
    await finish("2");
    expect([...under.keys()]).toEqual(["3", "4", "5", "6"]);
    await finish("3", "4", "5", "6");
    expect(stateOf()).toMatchObject({ runs: 6, failures: 0, state: "waiting", kind: "queue" });
  });

  it("claims a batch at a time when it is told so", async () => {
    const { job, due, under, finish, advance } = aQueue({ concurrency: 2, refillAt: 0 });
    due.push("1", "2", "3");
    job.start();
    await advance(0);
    await finish("1");
    expect([...under.keys()]).toEqual(["2"]);
    await finish("2");
    expect([...under.keys()]).toEqual(["3"]);
  });

  it("looks by itself, and at once when it is woken", async () => {
    const { job, due, under, advance } = aQueue();
    job.start();
    await advance(100);
    due.push("1");
    await advance(1_000);
    expect(under.size).toBe(0);
    await advance(1_000);
    expect(under.size).toBe(1);
    due.push("2");
    job.wake();
    await advance(0);
    expect(under.size).toBe(2);
  });

  it("goes on after an item or a claim that failed", async () => {
    const { job, due, under, state, log, advance, stateOf } = aQueue();
    due.push("bad", "1");
    job.start();
    await advance(0);
    expect(stateOf()).toMatchObject({ runs: 1, failures: 1, lastError: "bad item" });
    state.fail = true;
    await advance(2_000);
    expect(log.map(({ fields }) => (fields.err as Error).message)).toEqual(["bad item", "no database"]);
    state.fail = false;
    due.push("2");
    await advance(4_000);
    expect([...under.keys()]).toEqual(["1", "2"]);
  });

  it("waits at its stop for items under way, but not for longer than it may", async () => {
    const { job, due, advance, stateOf, finish } = aQueue({ drain: 3_000 });
    due.push("1");
    job.start();
    await advance(0);
    let isStopped = false;
    const stopped = job.stop().then(() => {
      isStopped = true;
    });
    await advance(2_999);
    expect(isStopped).toBe(false);
    await advance(1);
    await stopped;
    expect(isStopped).toBe(true);
    job.start();
    due.push("2");
    await advance(0);
    await finish("1", "2");
    const again = job.stop();
    await advance(0);
    await again;
    expect(stateOf()).toMatchObject({ state: "stopped", runs: 2 });
  });
});
