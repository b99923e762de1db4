/** Statistics of a few rounds. They use order and not the mean, because one slow round must not move a result. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `share` of the values do not exceed: `quantile(times, 0.99)` is the p99. 0 for an empty list. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Half the width of the middle half of the values, as a share of their median. Undefined for fewer than three values. */
export function spreadOf(values) {
  if (values.length < 3) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  const width = sorted[sorted.length - 1 - quarter] - sorted[quarter];
  return width === 0 ? 0 : width / 2 / Math.abs(median(values));
}

/**
 * The spread of a ratio. Each round measured both systems one after the other, so the load of the machine is in both and the
 * rounds' ratios lie closer together than the figures do.
 */
export const spreadOfRatio = (ours, peers) =>
  spreadOf(Array.from({ length: Math.min(ours.length, peers.length) }, (_, round) => ours[round] / peers[round]));
