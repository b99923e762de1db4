const COUNTS = [1, 2, 5, 10];
const SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Returns four or five round axis marks from 0 to at least `most`. */
export function niceTop(most: number, duration = false): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const counted = Math.max(1, (COUNTS.find((step) => step * power >= rough) ?? 10) * power);
  const step = duration ? (SECONDS.find((one) => one >= rough) ?? Math.ceil(rough / 86_400) * 86_400) : counted;
  const marks = Math.max(1, Math.ceil(Math.max(most, 1) / step));
  return Array.from({ length: marks + 1 }, (_, at) => at * step);
}

/** Returns whole percentages of the sum that add up to 100: those with the largest remainders are rounded up. */
export function percentages(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  const exact = values.map((value) => (value / total) * 100);
  const whole = exact.map(Math.floor);
  const missing = Math.round(exact.reduce((sum, value, at) => sum + value - whole[at]!, 0));
  const order = exact.map((value, at) => ({ at, rest: value - whole[at]! })).sort((a, b) => b.rest - a.rest);
  for (const { at } of order.slice(0, missing)) whole[at]! += 1;
  return whole;
}
