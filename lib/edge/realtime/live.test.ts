/** Batches for the console: how many frames, how large, and for whom. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { actor } from "@/tests/actors";
import type { Topic } from "./contract";
import type { Told } from "./events";
import { createLive, FRAME_MAX, SPAN_MS } from "./live";

const OWNER = actor(1);
const STRANGER = actor(2);
const STAFF = actor(3, "admin");

const anEvent = (topic: Topic, over: { bot_id?: string; team_id?: number | null; data?: unknown } = {}) =>
  ({ event: "new_log", data: {}, topic, bot_id: "b", team_id: 1, ...over }) as unknown as Told;

describe("live batches", () => {
  const send = vi.fn();
  let live: ReturnType<typeof createLive>;
  beforeEach(() => {
    vi.useFakeTimers();
    send.mockReset();
    live = createLive(send);
  });
  afterEach(() => vi.useRealTimers());

  it("sends at most 20 frames a second, however many events there are, and every event once", () => {
    live.enter(OWNER, { topics: ["logs"] });
    for (let ms = 0; ms < 1000; ms++) {
      live.push(anEvent("logs", { data: ms }));
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(SPAN_MS);
    expect(send.mock.calls.length).toBeLessThanOrEqual(21);
    const got = send.mock.calls.flatMap(([, batch]) => batch.events.map(([, data]: [string, unknown]) => data));
    expect(got).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  it("sends the first event after a quiet span at once", () => {
    live.enter(OWNER, { topics: ["logs"] });
    vi.advanceTimersByTime(10_000);
    live.push(anEvent("logs"));
    vi.advanceTimersByTime(0);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("bounds a frame: the newest stay, and the rest are counted", () => {
    live.enter(OWNER, { topics: ["logs"] });
    for (let index = 0; index < FRAME_MAX + 40; index++) live.push(anEvent("logs", { data: index }));
    vi.advanceTimersByTime(SPAN_MS);
    const [, batch] = send.mock.calls[0]!;
    expect(batch.events).toHaveLength(FRAME_MAX);
    expect(batch.dropped).toBe(40);
    expect(batch.events.at(-1)).toEqual(["new_log", FRAME_MAX + 39]);
    live.push(anEvent("logs"));
    vi.advanceTimersByTime(SPAN_MS);
    expect(send.mock.calls[1]![1]).toMatchObject({ dropped: 0 });
  });

  it("reaches the owner and staff, nobody else", () => {
    const rooms = [OWNER, STRANGER, STAFF].map((reader) => live.enter(reader, { topics: ["logs"] }));
    live.push(anEvent("logs"));
    live.push(anEvent("logs", { team_id: null, data: "unclaimed" }));
    vi.advanceTimersByTime(SPAN_MS);
    expect(new Map(send.mock.calls.map(([room, batch]) => [room, batch.events.length]))).toEqual(
      new Map([
        [rooms[0], 1],
        [rooms[2], 2],
      ]),
    );
  });

  it("keeps to the topics and the bot that are watched", () => {
    const one = live.enter(OWNER, { topics: ["logs", "bots"], bot_id: "b" });
    live.push(anEvent("logs"));
    live.push(anEvent("logs", { bot_id: "other" }));
    live.push(anEvent("commands"));
    vi.advanceTimersByTime(SPAN_MS);
    expect(send.mock.calls).toEqual([[one, { events: [["new_log", {}]], dropped: 0 }]]);
  });

  it("shares a room among pages that watch the same, in whatever order they name it", () => {
    const first = live.enter(OWNER, { topics: ["logs", "bots"] });
    expect(live.enter(OWNER, { topics: ["bots", "logs"] })).toBe(first);
    live.leave(first);
    live.push(anEvent("logs"));
    vi.advanceTimersByTime(SPAN_MS);
    expect(send).toHaveBeenCalledTimes(1);
    live.leave(first);
    live.push(anEvent("logs"));
    vi.advanceTimersByTime(SPAN_MS);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("sends nothing after it was closed or left", () => {
    const room = live.enter(OWNER, { topics: ["logs"] });
    live.push(anEvent("logs"));
    live.leave(room);
    vi.advanceTimersByTime(SPAN_MS);
    live.enter(OWNER, { topics: ["logs"] });
    live.push(anEvent("logs"));
    live.close();
    vi.advanceTimersByTime(SPAN_MS);
    expect(send).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
