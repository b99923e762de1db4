/**
 * A sample: what happened to one bot, or to all of them, in one bucket of time. Samples of any two stretches or processes can
 * be merged, so percentiles come from merged counts of durations, and never from averages of percentiles.
 *
 * Stored as text: `i34e2 AC5K ~cpu=0.4@9`. First each letter of COUNTS with its count. Then for each letter of LATENCIES the
 * buckets of durations, one character each, with the count where it is not 1. Then each reported name with its last number and
 * the second of that within the bucket (base 36), followed by `;count;sum;min;max` if it was reported more than once.
 */

/** A number that a bot reported, over the reports of a bucket. `at`: epoch seconds of the last one. */
export type Reported = { last: number; at: number; count: number; sum: number; min: number; max: number };

export type Sample = {
  /** By the letter of COUNTS, or by a letter of LATENCIES with the bucket of durations: `A24`. */
  counts: Map<string, number>;
  reported?: Map<string, Reported>;
};

export const emptySample = (): Sample => ({ counts: new Map() });

export const isEmpty = ({ counts, reported }: Sample): boolean => counts.size === 0 && !reported?.size;

export const raise = ({ counts }: Sample, key: string, by = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);

/** Keeps a sum of finite numbers finite, because JSON has no infinity. */
const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

function mergeReported(into: Map<string, Reported>, name: string, more: Reported): void {
  const known = into.get(name);
  if (!known) return void into.set(name, { ...more });
  if (more.at >= known.at) {
    known.last = more.last;
    known.at = more.at;
  }
  known.count += more.count;
  known.sum = finite(known.sum + more.sum);
  known.min = Math.min(known.min, more.min);
  known.max = Math.max(known.max, more.max);
}

/** Adds a number that a bot reported at a time (epoch ms). */
export function report(sample: Sample, name: string, value: number, at: number): void {
  sample.reported ??= new Map();
  const once = { last: value, at: Math.floor(at / 1000), count: 1, sum: value, min: value, max: value };
  mergeReported(sample.reported, name, once);
}

/** Adds what `more` counted to `into`. */
export function addSample(into: Sample, more: Sample): void {
  for (const [key, count] of more.counts) raise(into, key, count);
  if (!more.reported) return;
  into.reported ??= new Map();
  for (const [name, reported] of more.reported) mergeReported(into.reported, name, reported);
}

/** Raises each count of `into` to that of `counted`, where it is lower. Reported numbers stay. */
export function raiseToCounted(into: Sample, counted: Sample): void {
  for (const [key, count] of counted.counts) into.counts.set(key, Math.max(count, into.counts.get(key) ?? 0));
}

const LETTER_ONLY = 1;

/** The characters of buckets: from `A` to `z`, which reach half a minute in one byte, and from `\u00c0` on. */
const [FIRST, LAST, MORE] = [65, 122, 0xc0];
const characterOf = (bucket: number): string => {
  const code = FIRST + bucket;
  return String.fromCharCode(code <= LAST ? code : MORE + code - LAST - 1);
};
const bucketFrom = (character: string): number => {
  const code = character.charCodeAt(0);
  return code < MORE ? code - FIRST : LAST + 1 - FIRST + code - MORE;
};

const writeReported = ([name, { last, at, count, sum, min, max }]: [string, Reported], start: number): string =>
  `~${name}=${last}@${(at - start).toString(36)}${count > 1 ? `;${count};${sum};${min};${max}` : ""}`;

/** @param start of the sample's bucket (epoch seconds) */
export function writeSample({ counts, reported }: Sample, start: number): string {
  let letters = "";
  const durations = new Map<string, string>();
  for (const [key, count] of counts) {
    if (key.length === LETTER_ONLY) {
      letters += key + count;
      continue;
    }
    const letter = key.charAt(0);
    const text = characterOf(Number(key.slice(LETTER_ONLY))) + (count > 1 ? count : "");
    durations.set(letter, (durations.get(letter) ?? letter) + text);
  }
  const tokens = letters ? [letters] : [];
  tokens.push(...durations.values());
  if (reported) for (const entry of reported) tokens.push(writeReported(entry, start));
  return tokens.join(" ");
}

function readReported(into: Sample, token: string, start: number): void {
  const equals = token.indexOf("=");
  const at = token.indexOf("@", equals);
  const [second = "0", count, sum, min, max] = token.slice(at + 1).split(";");
  const last = Number(token.slice(equals + 1, at));
  const isOne = count === undefined;
  into.reported ??= new Map();
  into.reported.set(token.slice(1, equals), {
    ...{ last, at: start + Number.parseInt(second, 36), count: isOne ? 1 : Number(count) },
    ...{ sum: isOne ? last : Number(sum), min: isOne ? last : Number(min), max: isOne ? last : Number(max) },
  });
}

const isUpper = (character: string): boolean => character < "a";

/** @param start of the sample's bucket (epoch seconds) */
export function readSample(text: string, start: number): Sample {
  const sample = emptySample();
  if (text === "") return sample;
  for (const token of text.split(" ")) {
    if (token.startsWith("~")) readReported(sample, token, start);
    else if (isUpper(token))
      for (const [, character, count] of token.slice(1).matchAll(/(\D)(\d*)/g))
        sample.counts.set(token.charAt(0) + bucketFrom(character!), count === "" ? 1 : Number(count));
    else for (const [, letter, count] of token.matchAll(/(\D)(\d+)/g)) sample.counts.set(letter!, Number(count));
  }
  return sample;
}

/**
 * Durations are counted in buckets that grow by the fourth root of two, so that a percentile is within 9 % of the
 * true one.
 */
const BUCKETS_PER_DOUBLING = 4;

/** The bucket of a duration in milliseconds. */
export const bucketOf = (ms: number): number => Math.floor(Math.log2(Math.max(0, ms) + 1) * BUCKETS_PER_DOUBLING);

/** The middle of a bucket, in milliseconds. */
const middleOf = (bucket: number): number => 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING) - 1;

/** A percentile of the durations counted under a letter of LATENCIES, in ms; null when there are none. */
export function percentile({ counts }: Sample, letter: string, share: number): number | null {
  const found = [...counts]
    .filter(([key]) => key.length > LETTER_ONLY && key.startsWith(letter))
    .map(([key, count]) => [Number(key.slice(1)), count] as const)
    .sort(([a], [b]) => a - b);
  let left = found.reduce((sum, [, count]) => sum + count, 0) * share;
  for (const [bucket, count] of found) {
    left -= count;
    if (left <= 0) return Math.round(middleOf(bucket) * 10) / 10;
  }
  return null;
}
