import type { Log } from "@/lib/fleet/telemetry/contract";

/** A note between lines: the connection was lost here, or lines were left out. Stands after the line `after`. */
export type Marker = { after: number; text: string };

export type Buffer = {
  /** `loading` the newest page, `ready`, or why it failed. */
  state: "loading" | "ready" | "error";
  error?: string;
  /** Oldest first, by id, without doubles. */
  lines: Log[];
  markers: Marker[];
  /** Where older lines begin (a cursor); null when the first line of all is loaded. */
  older: string | null;
  /** Whether the buffer reaches the present: live lines may be put at its end. */
  attached: boolean;
  /** Lines that came while paused, kept aside; beyond HELD_MAX only counted. */
  held: Log[];
  heldCount: number;
};

export type BufferAction =
  | { kind: "reset" }
  | { kind: "loaded"; lines: Log[]; older: string | null; attached: boolean }
  | { kind: "failed"; error: string }
  | { kind: "older"; lines: Log[]; older: string | null }
  | { kind: "newer"; lines: Log[]; attached: boolean }
  | { kind: "live"; lines: Log[]; hold: boolean; trim: boolean }
  | { kind: "recovered"; after: number; lines: Log[]; text: string | null }
  | { kind: "resume" };

/** While following, older lines than these many fall out at the top; they can be loaded again. */
const KEPT = 5_000;
/** A reader who scrolled up keeps every line up to this many; then the view stops growing and reloads on resume. */
const KEPT_READING = 20_000;
const HELD_MAX = 5_000;

export const EMPTY_BUFFER: Buffer = {
  state: "loading",
  lines: [],
  markers: [],
  older: null,
  attached: true,
  held: [],
  heldCount: 0,
};

/** Puts lines into id order without doubles. Cheap when they belong at the end, as live lines do. */
export function mergeLines(known: Log[], arrived: readonly Log[]): Log[] {
  if (arrived.length === 0) return known;
  const last = known.at(-1)?.id ?? 0;
  const sorted = [...arrived].sort((a, b) => a.id - b.id);
  const fresh = sorted.filter((log, at) => log.id !== sorted[at - 1]?.id);
  if ((fresh[0]?.id ?? 0) > last) return [...known, ...fresh];
  const byId = new Map(known.map((log) => [log.id, log]));
  for (const log of fresh) byId.set(log.id, log);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

function trimmed(buffer: Buffer): Buffer {
  if (buffer.lines.length <= KEPT) return buffer;
  const lines = buffer.lines.slice(-KEPT);
  const oldest = lines[0]?.id ?? 0;
  return {
    ...buffer,
    lines,
    older: String(oldest),
    markers: buffer.markers.filter((marker) => marker.after >= oldest),
  };
}

/** The log viewer's state, step by step. Pure. */
export function reduceBuffer(buffer: Buffer, action: BufferAction): Buffer {
  switch (action.kind) {
    case "reset":
      return EMPTY_BUFFER;
    case "failed":
      return { ...buffer, state: "error", error: action.error };
    case "loaded":
      return {
        ...EMPTY_BUFFER,
        state: "ready",
        // Live lines may have come while the page was under way.
        lines: mergeLines(buffer.lines, action.lines),
        older: action.older,
        attached: action.attached,
      };
    case "older":
      return { ...buffer, lines: mergeLines(buffer.lines, action.lines), older: action.older };
    case "newer":
      return { ...buffer, lines: mergeLines(buffer.lines, action.lines), attached: action.attached };
    case "live": {
      if (!buffer.attached) return { ...buffer, heldCount: buffer.heldCount + action.lines.length };
      if (action.hold) {
        const held = buffer.held.length < HELD_MAX ? mergeLines(buffer.held, action.lines) : buffer.held;
        return { ...buffer, held, heldCount: buffer.heldCount + action.lines.length };
      }
      const next = { ...buffer, lines: mergeLines(buffer.lines, action.lines) };
      if (action.trim) return trimmed(next);
      return next.lines.length > KEPT_READING ? { ...buffer, attached: false } : next;
    }
    case "recovered":
      return {
        ...buffer,
        lines: mergeLines(buffer.lines, action.lines),
        markers: action.text ? [...buffer.markers, { after: action.after, text: action.text }] : buffer.markers,
      };
    case "resume": {
      // More came than was kept: the end is read again by the caller.
      const complete = buffer.heldCount <= buffer.held.length;
      const lines = complete ? mergeLines(buffer.lines, buffer.held) : buffer.lines;
      return trimmed({ ...buffer, lines, held: [], heldCount: 0, attached: buffer.attached && complete });
    }
  }
}
