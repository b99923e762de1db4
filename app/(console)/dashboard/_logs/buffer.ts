import type { Log } from "@/lib/fleet/telemetry/contract";

/** A note between two log lines, such as "connection lost". It is shown after the line whose id is `after`. */
export type Marker = { after: number; text: string };

export type Buffer = {
  /** Whether the newest page is loading, loaded (`ready`) or failed (`error`). */
  state: "loading" | "ready" | "error";
  error?: string;
  /** Lines by id, oldest first, without duplicates. */
  lines: Log[];
  markers: Marker[];
  /** The cursor for older lines; null when the very first line is loaded. */
  older: string | null;
  /** The time back to which a search has come that did not find enough lines yet; null for other lists. */
  searchedTo: string | null;
  /** Whether the buffer reaches the present, so that live lines may be appended. */
  attached: boolean;
  /** Lines that arrived while paused. Beyond HELD_MAX they are only counted. */
  held: Log[];
  heldCount: number;
};

export type BufferAction =
  | { kind: "reset" }
  | { kind: "searched"; to: string }
  | { kind: "loaded"; lines: Log[]; older: string | null; searchedTo: string | null; attached: boolean }
  | { kind: "failed"; error: string }
  | { kind: "older"; lines: Log[]; older: string | null; searchedTo: string | null }
  | { kind: "newer"; lines: Log[]; attached: boolean }
  | { kind: "live"; lines: Log[]; hold: boolean; trim: boolean }
  | { kind: "recovered"; after: number; lines: Log[]; text: string | null }
  | { kind: "resume" };

/** While the viewer follows new lines, older lines beyond this number are dropped; they can be loaded again. */
const KEPT = 5_000;
/** A reader who scrolled up keeps up to this many lines. Beyond it the view stops growing, and reloads on resume. */
const KEPT_READING = 20_000;
const HELD_MAX = 5_000;

export const EMPTY_BUFFER: Buffer = {
  state: "loading",
  lines: [],
  markers: [],
  older: null,
  searchedTo: null,
  attached: true,
  held: [],
  heldCount: 0,
};

/** Merges lines in id order without duplicates. Appending is cheap, which is the usual case for live lines. */
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
    searchedTo: null,
    markers: buffer.markers.filter((marker) => marker.after >= oldest),
  };
}

/** The reducer of the log viewer's state. Pure. */
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
        // Live lines may have arrived while the page was loading.
        lines: mergeLines(buffer.lines, action.lines),
        older: action.older,
        searchedTo: action.searchedTo,
        attached: action.attached,
      };
    case "searched":
      return { ...buffer, searchedTo: action.to };
    case "older": {
      const { older, searchedTo } = action;
      return { ...buffer, lines: mergeLines(buffer.lines, action.lines), older, searchedTo };
    }
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
      // More lines arrived than were kept, so the caller must read the end again.
      const complete = buffer.heldCount <= buffer.held.length;
      const lines = complete ? mergeLines(buffer.lines, buffer.held) : buffer.lines;
      return trimmed({ ...buffer, lines, held: [], heldCount: 0, attached: buffer.attached && complete });
    }
  }
}
