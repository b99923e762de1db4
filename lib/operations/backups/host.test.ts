import { expect, it, vi } from "vitest";
import { maintenance } from "@/lib/core/maintenance";
import { createHost } from "./host";

it("goes on by itself when the process that restores dies, and rests again for the next", async () => {
  vi.useFakeTimers();
  try {
    const listeners = new Map<string, (fact: never, origin: { remote: boolean; from?: string }) => void>();
    const bus = { on: (name: string, listener: never) => listeners.set(name, listener), others: () => 1 };
    const [emit, jobs] = [vi.fn(), { pauseJobs: vi.fn(async () => {}), resumeJobs: vi.fn(async () => {}) }];
    const host = createHost({ bus: bus as never, emit, jobs });
    const elsewhere = (name: string, fact: unknown) => listeners.get(name)!(fact as never, { remote: true, from: "x" });
    elsewhere("backup.maintenance", { on: true });
    await vi.advanceTimersByTimeAsync(14_000);
    elsewhere("backup.maintenance", { on: true });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(maintenance.on).toBe(true);
    expect([jobs.pauseJobs.mock.calls.length, jobs.resumeJobs.mock.calls.length]).toEqual([1, 0]);
    expect(emit.mock.calls.map(([name]) => name)).toEqual(["backup.resting", "backup.resting"]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(maintenance.on).toBe(false);
    expect(jobs.resumeJobs).toHaveBeenCalledTimes(1);
    elsewhere("backup.maintenance", { on: true });
    elsewhere("backup.maintenance", { on: false });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([maintenance.on, jobs.pauseJobs.mock.calls.length, jobs.resumeJobs.mock.calls.length]).toEqual([
      false,
      2,
      2,
    ]);

    let paused = false;
    const pausing = host.pause().then(() => {
      paused = true;
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(paused).toBe(false);
    elsewhere("backup.resting", {});
    await vi.advanceTimersByTimeAsync(100);
    await pausing;
    await host.resume(true);
    expect(emit.mock.calls.at(-1)).toEqual(["backup.maintenance", { on: false }]);
  } finally {
    vi.useRealTimers();
  }
});
