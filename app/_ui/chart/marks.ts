/** Marks on charts: what happened, at one moment or over a stretch of time. */

/** deploy: a bot runs another version. act: whatever else a person changed. */
export type MarkKind = "alert" | "deploy" | "restart" | "settings" | "act";
export type Mark = { id: string; at: number; kind: MarkKind; text: string };
/** A stretch of time that is shaded, such as maintenance. Times are epoch milliseconds. */
export type MarkSpan = { id: string; from: number; to: number; text: string };
export type MarkGroup = { key: string; at: number; kind: MarkKind; marks: readonly Mark[] };

/** The kind of a group is that of its most important mark. */
const ORDER: readonly MarkKind[] = ["alert", "deploy", "restart", "settings", "act"];
/** Marks that are closer than this share of the range would lie on each other. */
const CLOSE = 1 / 30;

/** Groups marks of a range that are close to each other, oldest first. A group stands at its first mark. */
export function groupMarks(marks: readonly Mark[], start: number, end: number): MarkGroup[] {
  const inside = marks.filter(({ at }) => at >= start && at <= end).sort((a, b) => a.at - b.at);
  const groups: Mark[][] = [];
  for (const mark of inside) {
    const last = groups.at(-1);
    if (last && mark.at - last[0]!.at < (end - start) * CLOSE) last.push(mark);
    else groups.push([mark]);
  }
  return groups.map((all) => ({
    key: all[0]!.id,
    at: all[0]!.at,
    kind: ORDER.find((kind) => all.some((mark) => mark.kind === kind)) ?? "act",
    marks: all,
  }));
}

/** The place of a moment in a range, 0 to 1. */
export const placeOf = (at: number, start: number, end: number): number =>
  Math.min(1, Math.max(0, (at - start) / (end - start)));

/** The marks and spans that fall into one bucket, for the table behind a chart. */
export function marksIn(
  { marks, spans }: { marks: readonly Mark[]; spans: readonly MarkSpan[] },
  from: number,
  to: number,
): string[] {
  return [
    ...spans.filter((span) => span.from < to && span.to > from).map(({ text }) => text),
    ...marks.filter(({ at }) => at >= from && at < to).map(({ text }) => text),
  ];
}
