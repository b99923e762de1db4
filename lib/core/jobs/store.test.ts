/** Leases of background jobs in the database, as two processes see them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { aScheduler, someJobs } from "@/tests/scheduler";
import { leases } from "./store";

describe.each(databases)("leases on $provider", (database) => {
  let room: TestDatabase;
  beforeAll(async () => {
    room = await openRoom(database);
  });
  afterAll(() => room.close());
  beforeEach(() => room.run("DELETE FROM job_lease"));

  it("are one process's until they run out, and say for how long nobody had them", async () => {
    expect(await leases.take("a", "one", 1_000, 21_000)).toEqual({ awayMs: 0 });
    expect(await leases.take("a", "two", 20_999, 40_000)).toBeUndefined();
    expect(await leases.take("b", "two", 20_999, 40_999)).toEqual({ awayMs: 0 });
    expect(await leases.take("a", "two", 25_000, 45_000)).toEqual({ awayMs: 4_000 });
    expect(await leases.take("a", "one", 25_000, 45_000)).toBeUndefined();
  });

  it("go to one of many that take them at the same moment, the first time and later", async () => {
    for (const at of [0, 50_000]) {
      const taken = await Promise.all(
        Array.from({ length: 8 }, (_, i) => leases.take("a", `process ${at} ${i}`, at, at + 20_000)),
      );
      expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
    }
  });

  it("are renewed and released by their holder alone", async () => {
    await leases.take("a", "one", 0, 20_000);
    await leases.take("b", "two", 0, 20_000);
    expect(await leases.renew("one", ["a", "b", "c"], 26_000)).toEqual(["a"]);
    await leases.release("two", ["a"], 10_000);
    expect(await leases.take("a", "two", 25_000, 45_000)).toBeUndefined();
    await leases.release("one", ["a"], 25_000);
    expect(await leases.take("a", "two", 25_000, 45_000)).toEqual({ awayMs: 0 });
  });

  it("end all at once for a process that is the only one", async () => {
    await leases.take("a", "gone", 0, 20_000);
    await leases.take("b", "gone", 0, 3_000);
    await leases.releaseAll(5_000);
    expect(await leases.take("a", "new", 6_000, 26_000)).toEqual({ awayMs: 1_000 });
    expect(await leases.take("b", "new", 6_000, 26_000)).toEqual({ awayMs: 3_000 });
  });

  it("let one of two processes run a job, and the other when the first stops", async () => {
    const ran: string[] = [];
    const clock = aScheduler(1_000_000);
    const processes = ["one", "two"].map((holder) => {
      const { every } = someJobs({ clock, leases, holder });
      const job = every({ name: "led", interval: 1_000, isLed: true, run: () => void ran.push(holder) });
      job.start();
      return job;
    });
    // Each time until the process that leads has run, in whichever order the database answers.
    const runs = async (count: number) => {
      await clock.advance(1_000);
      await expect.poll(() => ran.length).toBe(count);
    };
    await runs(1);
    await runs(2);
    const [first] = ran as [string];
    expect(ran).toEqual([first, first]);
    await processes[first === "one" ? 0 : 1]!.stop();
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return ran.at(-1);
      })
      .not.toBe(first);
    await Promise.all(processes.map((job) => job.stop()));
  });
});
