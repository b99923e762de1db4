/** Presence of bots: heartbeats in memory, sockets, silence. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { StatusChange } from "@/lib/fleet/bots/store.hot";
import { createPresence } from "./presence";

const OFFLINE_MS = 60_000;

describe("presence", () => {
  let at: number;
  let status: Map<string, string>;
  let written: Map<string, number>;
  const changed = vi.fn();
  const touch = vi.fn(async (seen: [string, number][]) => {
    for (const [id, time] of seen) written.set(id, time);
  });
  const changeStatus = vi.fn(async ({ id, status: next, from }: StatusChange) => {
    const before = status.get(id) ?? "offline";
    if (before === next || (from && before !== from)) return false;
    status.set(id, next);
    if (next !== "offline") written.set(id, at);
    return true;
  });
  let presence: ReturnType<typeof createPresence>;

  beforeEach(() => {
    at = 1_000_000;
    status = new Map();
    written = new Map();
    changed.mockReset();
    touch.mockClear();
    changeStatus.mockClear();
    presence = createPresence({
      store: {
        changeStatus,
        touch,
        stale: async (cutoff) =>
          [...status].filter(([id, word]) => word !== "offline" && written.get(id)! < cutoff).map(([id]) => id),
      },
      changed,
      now: () => at,
      offlineAfterMs: OFFLINE_MS,
    });
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it("brings a bot online with its first heartbeat and writes nothing for the next thousand", async () => {
    for (let beat = 0; beat < 1000; beat++) presence.seen("b");
    await settle();
    expect(status.get("b")).toBe("online");
    expect(changed.mock.calls).toEqual([["b"]]);
    expect(changeStatus).toHaveBeenCalledTimes(1);
    await presence.sweep();
    expect(touch.mock.calls).toEqual([[[["b", at]]]]);
  });

  it("keeps a bot's own word when it is heard of again", async () => {
    await presence.report("b", "busy");
    presence.seen("b");
    await settle();
    expect(status.get("b")).toBe("busy");
  });

  it("marks a silent bot offline after the time, not before, and says so", async () => {
    presence.seen("b");
    await settle();
    at += OFFLINE_MS;
    await presence.sweep();
    expect(status.get("b")).toBe("online");
    at += OFFLINE_MS + 1;
    changed.mockReset();
    await presence.sweep();
    expect(status.get("b")).toBe("offline");
    expect(changed.mock.calls).toEqual([["b"]]);
  });

  it("brings it back with the next heartbeat", async () => {
    presence.seen("b");
    await settle();
    await presence.sweep();
    at += OFFLINE_MS + 1;
    await presence.sweep();
    presence.seen("b");
    await settle();
    expect(status.get("b")).toBe("online");
  });

  it("never marks a connected bot offline, however silent, nor one that just left", async () => {
    presence.connected("b");
    presence.connected("b");
    await settle();
    at += 10 * OFFLINE_MS;
    await presence.sweep();
    expect(status.get("b")).toBe("online");
    presence.disconnected("b");
    expect(presence.hasSocket("b")).toBe(true);
    presence.disconnected("b");
    expect(presence.hasSocket("b")).toBe(false);
    await presence.sweep();
    expect(status.get("b")).toBe("online");
    at += OFFLINE_MS + 1;
    await presence.sweep();
    expect(status.get("b")).toBe("offline");
  });

  it("keeps a bot online when one of its two programs says goodbye", async () => {
    presence.connected("b");
    presence.connected("b");
    await settle();
    await presence.report("b", "offline");
    presence.disconnected("b");
    await settle();
    expect(status.get("b")).toBe("online");
    await presence.report("b", "offline");
    presence.disconnected("b");
    await settle();
    expect(status.get("b")).toBe("offline");
  });

  it("tries again when the write that wakes a bot fails", async () => {
    changeStatus.mockRejectedValueOnce(new Error("busy"));
    presence.seen("b");
    await settle();
    expect(status.has("b")).toBe(false);
    presence.seen("b");
    await settle();
    expect(status.get("b")).toBe("online");
  });

  it("tells of what was heard before it is written, and writes it at stop", async () => {
    presence.seen("b");
    expect(presence.lastHeard("b")).toBe(at);
    await presence.flush();
    expect(written.get("b")).toBe(at);
    expect(presence.lastHeard("b")).toBeUndefined();
  });
});
