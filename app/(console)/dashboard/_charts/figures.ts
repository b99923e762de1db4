/** The lines of charts, made from series. */
import type { ChartData, ChartLine, Tone } from "@/app/_ui/chart/model";
import { METRIC_PREFIX } from "@/lib/fleet/series/contract.constants";
import type { OneSeries, SeriesAnswer } from "@/lib/fleet/series/queries";

type Values = readonly (number | null)[];

export const ERROR_NAMES = ["logs.error", "logs.critical"];
export const FAILED_NAMES = ["commands.failed", "commands.expired", "commands.undeliverable"];
/** Several levels or outcomes share a line, so that a chart has few. */
const LOGS: [string, Tone, string[]][] = [
  ["Errors", "bad", ERROR_NAMES],
  ["Warnings", "warn", ["logs.warning"]],
  ["Info", "info", ["logs.info"]],
  ["Other", "faint", ["logs.debug", "logs.other"]],
];
const COMMANDS: [string, Tone, string[]][] = [
  ["Failed", "bad", ["commands.failed"]],
  ["Not run", "warn", ["commands.expired", "commands.undeliverable"]],
  ["Cancelled", "faint", ["commands.cancelled"]],
  ["Done", "ok", ["commands.completed"]],
];
const [DONE, ONLINE] = ["latency.done", "online"];

/** The series of the charts that the Overview shows. */
export const CHART_NAMES = [...LOGS, ...COMMANDS].flatMap(([, , names]) => names).concat(DONE, ONLINE, "messages");

const seriesNamed = ({ series }: SeriesAnswer, name: string): OneSeries | undefined =>
  series.find((one) => one.name === name);

/** The sum of several series. Null where none of them is known. */
export function sumOf(answer: SeriesAnswer, names: readonly string[]): Values {
  const all = names.flatMap((name) => seriesNamed(answer, name) ?? []);
  return answer.known.map((_, at) => {
    const known = all.flatMap(({ values }) => values[at] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

/** Counts are stored every 10 s, so the newest ones may be missing for that long. */
const STORED_AFTER_MS = 30_000;

const dataOf = (answer: SeriesAnswer, lines: ChartLine[]): ChartData => ({
  start: Date.parse(answer.from),
  stepMs: answer.step_seconds * 1000,
  until: Date.now() - STORED_AFTER_MS,
  known: answer.known,
  lines,
});

const summed = (answer: SeriesAnswer, lines: typeof LOGS): ChartData =>
  dataOf(
    answer,
    lines.map(([label, tone, names]) => ({ label, tone, values: sumOf(answer, names) })),
  );

export const logFigures = (answer: SeriesAnswer) => summed(answer, LOGS);
export const commandFigures = (answer: SeriesAnswer) => summed(answer, COMMANDS);
/** The counts of errors, by which spikes are found. */
export const errorCounts = (answer: SeriesAnswer) => sumOf(answer, ERROR_NAMES);

/** How long commands took from being queued to their result. */
export function durationFigures(answer: SeriesAnswer): ChartData {
  const found = seriesNamed(answer, DONE);
  return dataOf(answer, [
    { label: "p95", tone: "accent", values: found?.p95 ?? [] },
    { label: "p50", tone: "ok", values: found?.p50 ?? [] },
  ]);
}

/** The mean number of bots online; for one bot the share of the time in which it was. */
export const onlineFigures = (answer: SeriesAnswer): ChartData =>
  dataOf(answer, [{ label: "Online", tone: "ok", values: seriesNamed(answer, ONLINE)?.values ?? [] }]);

/** A chart for each number that a bot reported: its mean and its highest value. */
export const reportedFigures = (answer: SeriesAnswer): { name: string; data: ChartData }[] =>
  answer.series
    .filter(({ name }) => name.startsWith(METRIC_PREFIX))
    .map(({ name, values, max }) => ({
      name: name.slice(METRIC_PREFIX.length),
      data: dataOf(answer, [
        { label: "Mean", tone: "accent", values },
        { label: "Highest", tone: "faint", values: max ?? [] },
      ]),
    }));

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const ONE_DIGIT = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** "1,204" below a hundred thousand, "2.35M" above it, and "0.125": small fractions keep three digits. */
export const numberText = (value: number): string =>
  Math.abs(value) < 100_000 && (Math.abs(value) >= 10 || Number.isInteger(value))
    ? ONE_DIGIT.format(value)
    : COMPACT.format(value);

/** "34 ms", "1.2 s", "3 min" */
export function millisecondsText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${ONE_DIGIT.format(ms / 1000)} s`;
  return ms < 3_600_000 ? `${ONE_DIGIT.format(ms / 60_000)} min` : `${ONE_DIGIT.format(ms / 3_600_000)} h`;
}

export const percentText = (share: number): string => `${ONE_DIGIT.format(share * 100)} %`;
