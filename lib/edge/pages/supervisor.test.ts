/** The supervisor of the pages' process: when it starts one, and what a page is told meanwhile. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PagesProcess } from "./launch";
import { createSupervisor, LIMITS } from "./supervisor";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function aSupervisor({ hasPages = true, isLazy = false } = {}) {
  const launched: { ready: PromiseWithResolvers<void>; exited: PromiseWithResolvers<string>; stopped: boolean }[] = [];
  const supervisor = createSupervisor({
    hasPages: () => hasPages,
    isLazy,
    log: { info() {}, warn() {} },
    now: () => Date.now(),
    launch(): PagesProcess {
      const one = { ready: Promise.withResolvers<void>(), exited: Promise.withResolvers<string>(), stopped: false };
      launched.push(one);
      return {
        pid: launched.length,
        ready: one.ready.promise,
        exited: one.exited.promise,
        async stop() {
          one.stopped = true;
          one.exited.resolve("it ended with code 0");
        },
      };
    },
  });
  const end = async () => {
    launched.at(-1)!.ready.reject(new Error("ended"));
    launched.at(-1)!.exited.resolve("it ended with code 1");
    await vi.advanceTimersByTimeAsync(0);
  };
  const ready = async () => {
    launched.at(-1)!.ready.resolve();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { supervisor, launched, end, ready };
}

describe("the process of the pages", () => {
  it("starts a moment after the server, or with the first page", async () => {
    const later = aSupervisor();
    later.supervisor.start();
    await vi.advanceTimersByTimeAsync(LIMITS.firstMs - 1);
    expect(later.launched).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(later.launched).toHaveLength(1);

    const asked = aSupervisor();
    asked.supervisor.start();
    const page = asked.supervisor.absence();
    expect(asked.launched).toHaveLength(1);
    await asked.ready();
    expect(await page).toBeUndefined();
    await vi.advanceTimersByTimeAsync(LIMITS.firstMs);
    expect(asked.launched).toHaveLength(1);
  });

  it("waits for the first page with that setting", async () => {
    const { supervisor, launched, ready } = aSupervisor({ isLazy: true });
    supervisor.start();
    await vi.advanceTimersByTimeAsync(10 * LIMITS.firstMs);
    expect(launched).toHaveLength(0);
    const page = supervisor.absence();
    expect(launched).toHaveLength(1);
    await ready();
    expect(await page).toBeUndefined();
  });

  it("starts again after pauses that double, while pages are told when to come back", async () => {
    const { supervisor, launched, end, ready } = aSupervisor();
    supervisor.start();
    await vi.advanceTimersByTimeAsync(LIMITS.firstMs);
    for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const count = launched.length;
      await end();
      expect(supervisor.problem()).toBe("it ended with code 1");
      expect(await supervisor.absence()).toEqual({ retryAfter: Math.ceil(pause / 1000) });
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(launched).toHaveLength(count);
      await vi.advanceTimersByTimeAsync(1);
      expect(launched).toHaveLength(count + 1);
    }
    await ready();
    expect(supervisor.problem()).toBeUndefined();
    expect(await supervisor.absence()).toBeUndefined();
  });

  it("has its pauses from the first again once it ran for a while", async () => {
    const { supervisor, launched, end, ready } = aSupervisor();
    supervisor.start();
    await vi.advanceTimersByTimeAsync(LIMITS.firstMs);
    await end();
    await vi.advanceTimersByTimeAsync(500);
    await ready();
    await vi.advanceTimersByTimeAsync(LIMITS.soundMs);
    await end();
    await vi.advanceTimersByTimeAsync(500);
    expect(launched).toHaveLength(3);
  });

  it("is ended by a stop, and by nothing started again before the next start", async () => {
    const { supervisor, launched, ready } = aSupervisor();
    supervisor.start();
    await vi.advanceTimersByTimeAsync(LIMITS.firstMs);
    await ready();
    await supervisor.stop();
    expect(launched[0]!.stopped).toBe(true);
    expect(await supervisor.absence()).toEqual({ retryAfter: 1 });
    await vi.advanceTimersByTimeAsync(LIMITS.pauseMaxMs);
    expect([launched.length, supervisor.problem()]).toEqual([1, undefined]);
    supervisor.start();
    await vi.advanceTimersByTimeAsync(LIMITS.firstMs);
    expect(launched).toHaveLength(2);
  });

  it("is not started where no pages were built", async () => {
    const { supervisor, launched } = aSupervisor({ hasPages: false });
    supervisor.start();
    await vi.advanceTimersByTimeAsync(LIMITS.pauseMaxMs);
    expect(await supervisor.absence()).toEqual({ retryAfter: 1 });
    expect(launched).toHaveLength(0);
  });
});
