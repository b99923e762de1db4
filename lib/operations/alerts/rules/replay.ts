/** Computes when a rule would have fired, by replaying stored data of a day. Pure functions. */
import type { RuleInput } from "./contract";
import { SERVER } from "./metrics";
import type { Happening, StatusAt, Wait } from "./store.history";
import type { Sample } from "./store.samples";

/** The subject met the rule's condition from `from` to `until` (epoch ms); null means that it still does. */
export type Span = { subject: string; from: number; until: number | null };
type Rule = Pick<RuleInput, "threshold" | "recover_below" | "window_s" | "for_s">;

const GROUP_MS = 120_000;
const LABELS = 10;

const bySubject = <T extends { subject: string }>(rows: T[]): Map<string, T[]> => {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const known = map.get(row.subject);
    if (known) known.push(row);
    else map.set(row.subject, [row]);
  }
  return map;
};

/** Finds the spans in which bots were offline for at least the threshold. `rows` oldest first. */
export function offlineSpans(rule: Rule, rows: StatusAt[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (const [subject, changes] of bySubject(rows)) {
    let since: number | null = null;
    const close = (until: number | null) => {
      if (since === null) return;
      const at = since + (rule.threshold + rule.for_s) * 1000;
      if (at >= from && at < (until ?? to)) spans.push({ subject, from: at, until });
      since = null;
    };
    for (const { status, at } of changes) {
      if (status === "offline") since ??= at;
      else close(at);
    }
    close(null);
  }
  return spans;
}

/**
 * Finds the spans in which a bot had a command that waited for at least the threshold. Overlapping waits form one span.
 */
export function waitSpans(rule: Rule, rows: Wait[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (const [subject, waits] of bySubject(rows)) {
    let open: Span | undefined;
    for (const wait of waits) {
      const at = wait.from + (rule.threshold + rule.for_s) * 1000;
      if (at < from || at >= (wait.until ?? to)) continue;
      if (open && (open.until === null || at <= open.until)) {
        open.until = wait.until === null || open.until === null ? null : Math.max(open.until, wait.until);
        continue;
      }
      open = { subject, from: at, until: wait.until };
      spans.push(open);
    }
  }
  return spans;
}

/** Finds the spans in which enough events fell within the window. `rows` oldest first. */
export function countSpans(rule: Rule, rows: Happening[], to: number): Span[] {
  const spans: Span[] = [];
  const low = rule.recover_below ?? rule.threshold;
  const windowMs = rule.window_s * 1000;
  for (const [subject, happened] of bySubject(rows)) {
    const steps = [
      ...happened.map(({ at }) => ({ at, by: 1 })),
      ...happened.map(({ at }) => ({ at: at + windowMs, by: -1 })),
    ].sort((a, b) => a.at - b.at || a.by - b.by);
    let count = 0;
    let since: number | null = null;
    let open: Span | undefined;
    for (const { at, by } of steps) {
      if (at > to) break;
      const due: number | null = since === null ? null : since + rule.for_s * 1000;
      if (!open && due !== null && due <= at) {
        open = { subject, from: due, until: null };
        spans.push(open);
      }
      count += by;
      if (count >= rule.threshold) since ??= at;
      else since = null;
      if (open && count < low) {
        open.until = at;
        open = undefined;
      }
    }
    if (!open && since !== null && since + rule.for_s * 1000 <= to)
      spans.push({ subject, from: since + rule.for_s * 1000, until: null });
  }
  return spans;
}

/**
 * Finds the spans in which the server itself was at or above the threshold, from stored samples. `samples` oldest
 * first.
 */
export function valueSpans(rule: Rule, samples: Sample[]): Span[] {
  const spans: Span[] = [];
  const low = rule.recover_below ?? rule.threshold;
  let since: number | null = null;
  let open: Span | undefined;
  for (const { at, value } of samples) {
    since = value >= rule.threshold ? (since ?? at) : null;
    if (open) {
      if (value >= low) continue;
      open.until = at;
      open = undefined;
    } else if (since !== null && at - since >= rule.for_s * 1000) {
      open = { subject: SERVER, from: at, until: null };
      spans.push(open);
    }
  }
  return spans;
}

/** Groups spans that begin close together into one alert, as the engine does with real alerts. */
export function grouped(spans: Span[], label: (subject: string) => string) {
  const firings: { at: number; until: number | null; count: number; labels: string[] }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = firings.at(-1);
    if (last && span.from - last.at <= GROUP_MS && (last.until === null || span.from <= last.until)) {
      last.count++;
      last.until = last.until === null || span.until === null ? null : Math.max(last.until, span.until);
      if (last.labels.length < LABELS) last.labels.push(label(span.subject));
    } else firings.push({ at: span.from, until: span.until, count: 1, labels: [label(span.subject)] });
  }
  return firings;
}
