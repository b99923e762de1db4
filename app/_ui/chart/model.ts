/** The data of a chart, and the sentence that describes it. */
import { shareText } from "@/lib/core/format/units";
import type { Mark, MarkSpan } from "./marks";

export const CHART_HEIGHT = 168;

/** The meaning of a line; its colour follows from it. */
export type Tone = "ok" | "warn" | "bad" | "info" | "accent" | "faint";
export type ChartLine = { label: string; tone: Tone; values: readonly (number | null)[] };
export type ChartData = {
  /** The start of the first bucket, in epoch milliseconds. */
  start: number;
  stepMs: number;
  /** The time up to which figures can be known, in epoch milliseconds: the last bucket may end in the future. */
  until: number;
  /** The share of each bucket for which anything is known. */
  known: readonly number[];
  /** The most important first: stacked bars have it at their bottom. */
  lines: readonly ChartLine[];
};
type ChartKind = "bars" | "lines";

export type ChartProps = {
  title: string;
  /** bars: counts, stacked. lines: values that cannot be added. */
  kind: ChartKind;
  data: ChartData;
  /** The range in words, for the sentence that describes the chart. */
  range: string;
  format: (value: number) => string;
  /** The fixed top of the scale, such as 1 for a share. */
  top?: number;
  /** Whether the axis names whole numbers only. */
  isWhole?: boolean;
  /** Acts and alerts of the range, drawn above the lines and listed in the table. */
  marks?: readonly Mark[];
  spans?: readonly MarkSpan[];
  /** Called with both ends, in epoch milliseconds, when a person drags over the chart. */
  onZoom?: (from: number, to: number) => void;
};

/** The values of each line with those of the lines before it added. Null where none of them has a value. */
export function stackedValues(lines: readonly ChartLine[]): (number | null)[][] {
  let below: (number | null)[] = [];
  return lines.map(({ values }) => {
    below = values.map((value, at) => {
      const under = below[at] ?? null;
      return value === null && under === null ? null : (value ?? 0) + (under ?? 0);
    });
    return below;
  });
}

export const totalOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/** The share of the range about which nothing is known, 0 to 1. What is still to come does not count. */
export function unknownShare({ known, start, stepMs, until }: Omit<ChartData, "lines">): number {
  const past = known.map((_, at) => Math.min(Math.max((until - start - at * stepMs) / stepMs, 0), 1));
  const whole = totalOf(past);
  return whole === 0 ? 1 : Math.max(0, 1 - totalOf(known.map((share, at) => Math.min(share, past[at] ?? 0))) / whole);
}

/** The place of the highest value; undefined when there is none above zero. */
export function highestOf(values: readonly (number | null)[]): { value: number; at: number } | undefined {
  let highest: { value: number; at: number } | undefined;
  for (const [at, value] of values.entries())
    if (value !== null && value > (highest?.value ?? 0)) highest = { value, at };
  return highest;
}

/** Whether any bucket of any line has something to show. */
export const hasValues = ({ lines }: ChartData): boolean =>
  lines.some(({ values }) => values.some((value) => value !== null && value !== 0));

type Sentence = {
  title: string;
  kind: ChartKind;
  data: ChartData;
  /** The range in words: "last 24 hours". */
  range: string;
  format: (value: number) => string;
  time: (at: number) => string;
};

/** One sentence for readers who do not see the chart. */
export function chartSentence({ title, kind, data, range, format, time }: Sentence): string {
  const { lines, start, stepMs } = data;
  const unknown = shareText(unknownShare(data));
  const gaps = unknown ? ` No data for ${unknown} of the time.` : "";
  if (!hasValues(data))
    return `${title}, ${range}: ${unknown === "100 %" ? "no data" : "nothing"}.${unknown === "100 %" ? "" : gaps}`;
  const of = ({ label, values }: ChartLine): string => {
    if (kind === "bars") return `${format(totalOf(values))} ${label.toLowerCase()}`;
    const last = values.findLast((value) => value !== null) ?? null;
    const highest = highestOf(values);
    return `${label} ${last === null ? "unknown" : `last ${format(last)}`}${highest ? `, highest ${format(highest.value)} at ${time(start + highest.at * stepMs)}` : ""}`;
  };
  const top = kind === "bars" ? highestOf(stackedValues(lines).at(-1) ?? []) : undefined;
  const peak = top ? ` Highest: ${format(top.value)} at ${time(start + top.at * stepMs)}.` : "";
  return `${title}, ${range}: ${lines.map(of).join(kind === "bars" ? ", " : "; ")}.${peak}${gaps}`;
}
