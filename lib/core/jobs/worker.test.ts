/** Workers of a queue, on a clock that the test moves. */
import { describe, expect, it } from "vitest";
import { deferred, someJobs } from "@/tests/scheduler";

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
