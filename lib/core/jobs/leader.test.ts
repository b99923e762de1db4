/** Jobs that run in one of two processes, on a clock that the test moves. */
import { describe, expect, it } from "vitest";
import { aScheduler, deferred, someJobs, someLeases } from "@/tests/scheduler";

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
