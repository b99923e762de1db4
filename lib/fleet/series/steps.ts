/**
 * The steps of time in which series are kept, and how their samples share rows. A row holds the samples of several buckets that
 * follow each other, because the key of a row for each would take more room than its sample.
 */

import { STEP_NAMES } from "./contract.constants";

export type StepName = (typeof STEP_NAMES)[number];
export type Step = {
  name: StepName;
  /** Seconds of a bucket, as stored. */
  seconds: number;
  ms: number;
  /** Buckets of one row. */
  perRow: number;
  /** For how long rows are kept. */
  keepMs: number;
};

const DAY_MS = 86_400_000;
const step = (name: StepName, seconds: number, perRow: number, days: number): Step => ({
  ...{ name, seconds, perRow, ms: seconds * 1000, keepMs: days * DAY_MS },
});

export const MINUTE = step("minute", 60, 15, 1);
export const QUARTER = step("quarter_hour", 900, 16, 30);
export const DAY = step("day", 86_400, 1, 366);

/** Finest first; each is rolled up from the one before it. */
export const STEPS = [MINUTE, QUARTER, DAY] as const;
export const finerOf = (step: Step): Step | undefined => STEPS[STEPS.indexOf(step) - 1];
export const stepNamed = (name: StepName): Step => STEPS[STEP_NAMES.indexOf(name)]!;

/** The number of the bucket that a time lies in, since 1970. */
export const bucketAt = ({ ms }: Step, at: number): number => Math.floor(at / ms);
/** The number of the row that holds a bucket. */
export const slotOf = ({ perRow }: Step, bucket: number): number => Math.floor(bucket / perRow);
/** The rows that hold the buckets from `first` to `last`. */
export function slotsOf(step: Step, first: number, last: number): number[] {
  const from = slotOf(step, first);
  return Array.from({ length: Math.max(0, slotOf(step, last) - from + 1) }, (_, index) => from + index);
}

/** The samples of a row, as text: those of its buckets in order, empty where nothing happened. */
const BETWEEN = "|";
export const splitRow = (data: string): string[] => data.split(BETWEEN);
export function joinRow(samples: readonly (string | undefined)[]): string {
  const whole = Array.from(samples, (sample) => sample ?? "");
  while (whole.length > 1 && whole.at(-1) === "") whole.pop();
  return whole.join(BETWEEN);
}
