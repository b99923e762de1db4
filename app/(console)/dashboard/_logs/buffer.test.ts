import { describe, expect, it } from "vitest";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { type Buffer, EMPTY_BUFFER, mergeLines, reduceBuffer } from "./buffer";

const line = (id: number, type = "info"): Log => ({
  id,
  type,
  level: type,
  message: `line ${id}`,
  timestamp: "2026-01-01T00:00:00.000Z",
  received_at: "2026-01-01T00:00:00.000Z",
  metadata: {},
  bot_id: "bot_1",
});
const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => line(from + at));
const ids = (buffer: Buffer) => buffer.lines.map((log) => log.id);
const loaded = (lines: Log[]): Buffer => ({ ...EMPTY_BUFFER, state: "ready", lines });

describe("mergeLines", () => {
  it("keeps id order without doubles, wherever lines arrive", () => {
    expect(mergeLines(span(3, 5), [line(7), line(6), line(6)]).map((log) => log.id)).toEqual([3, 4, 5, 6, 7]);
    expect(mergeLines(span(3, 5), [line(4), line(2)]).map((log) => log.id)).toEqual([2, 3, 4, 5]);
  });
  it("answers the same array when nothing arrived", () => {
    const known = span(1, 3);
    expect(mergeLines(known, [])).toBe(known);
  });
});

describe("reduceBuffer", () => {
  it("keeps live lines that came while the first page was loading", () => {
    const early = reduceBuffer(EMPTY_BUFFER, { kind: "live", lines: [line(9)], hold: false, trim: true });
    const ready = reduceBuffer(early, {
      kind: "loaded",
      lines: span(6, 8),
      older: "6",
      searchedTo: null,
      attached: true,
    });
    expect(ids(ready)).toEqual([6, 7, 8, 9]);
    expect(ready.older).toBe("6");
    const searching = reduceBuffer(ready, { kind: "searched", to: "2026-01-01T12:00:00.000Z" });
    expect(searching).toEqual({ ...ready, searchedTo: "2026-01-01T12:00:00.000Z" });
    expect(reduceBuffer(searching, { kind: "older", lines: [], older: null, searchedTo: null }).searchedTo).toBeNull();
  });

  it("holds lines while paused and lets them in on resume", () => {
    const paused = reduceBuffer(loaded(span(1, 2)), { kind: "live", lines: span(3, 5), hold: true, trim: false });
    expect(ids(paused)).toEqual([1, 2]);
    expect(paused.heldCount).toBe(3);
    const resumed = reduceBuffer(paused, { kind: "resume" });
    expect(ids(resumed)).toEqual([1, 2, 3, 4, 5]);
    expect(resumed.heldCount).toBe(0);
  });

  it("says that the end must be read again when more came than was held", () => {
    let buffer = loaded(span(1, 2));
    for (let at = 0; at < 3; at++) {
      buffer = reduceBuffer(buffer, {
        kind: "live",
        lines: span(10 + at * 4000, 4009 + at * 4000),
        hold: true,
        trim: false,
      });
    }
    expect(buffer.heldCount).toBe(12_000);
    expect(reduceBuffer(buffer, { kind: "resume" }).attached).toBe(false);
  });

  it("drops the oldest lines while following, and knows where to load them from", () => {
    const full = reduceBuffer(loaded(span(1, 5000)), { kind: "live", lines: [line(5001)], hold: false, trim: true });
    expect(full.lines).toHaveLength(5000);
    expect(full.older).toBe("2");
  });

  it("drops nothing under a reader who scrolled up", () => {
    const full = reduceBuffer(loaded(span(1, 5000)), { kind: "live", lines: [line(5001)], hold: false, trim: false });
    expect(full.lines).toHaveLength(5001);
  });

  it("marks where lines were recovered", () => {
    const mended = reduceBuffer(loaded([line(1), line(5)]), {
      kind: "recovered",
      after: 1,
      lines: span(2, 4),
      text: "reconnected, 3 lines recovered",
    });
    expect(ids(mended)).toEqual([1, 2, 3, 4, 5]);
    expect(mended.markers).toEqual([{ after: 1, text: "reconnected, 3 lines recovered" }]);
  });
});
