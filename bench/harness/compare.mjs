/** Tells whether a run is worse than another one: by ratios, and beyond the spread of both. */
import { comparedValue, formatNumber, keyOf } from "./figures.mjs";
import { markdownTable } from "./table.mjs";

/** A smaller change is never called one: it is what two runs of the same code differ by on a quiet machine. */
const LEAST_CHANGE = 0.05;
/** The spread of a figure that was measured once. */
const UNKNOWN_SPREAD = 0.1;

const measured = ({ figures }) =>
  new Map(figures.filter((it) => comparedValue(it) !== undefined).map((it) => [keyOf(it), it]));
const isSameMachine = (a, b) => a.cpu === b.cpu && a.cores === b.cores;

/**
 * Compares two values. They differ when the middle halves of their rounds do not overlap and the change is more than
 * `LEAST_CHANGE`.
 *
 * @returns {{ change: number, verdict: "worse" | "better" | "same" }} `change` is after / before
 */
export function judge(before, after) {
  const [from, to] = [comparedValue(before), comparedValue(after)];
  const change = from === to ? 1 : to / from;
  const [fromSpread, toSpread] = [before, after].map(({ spread }) => spread ?? UNKNOWN_SPREAD);
  if (change > 1 + LEAST_CHANGE && to * (1 - toSpread) > from * (1 + fromSpread)) return { change, verdict: "worse" };
  if (change < 1 - LEAST_CHANGE && to * (1 + toSpread) < from * (1 - fromSpread)) return { change, verdict: "better" };
  return { change, verdict: "same" };
}

/**
 * Compares the figures that two results have in common.
 *
 * @returns {{ rows: object[], unmatched: string[] }} `unmatched` are the keys of figures that only one of them has
 */
export function compareResults(before, after) {
  const [old, fresh] = [measured(before), measured(after)];
  const isComparable = isSameMachine(before.machine, after.machine);
  const rows = [];
  for (const [key, figure] of fresh) {
    const previous = old.get(key);
    if (!previous) continue;
    const isAbsolute = figure.ratio === undefined;
    const judged = judge(previous, figure);
    // An absolute value says nothing across machines, unless it is a count that should be zero.
    if (isAbsolute && !isComparable && figure.goal !== 0) judged.verdict = "other machine";
    rows.push({ key, before: previous, after: figure, ...judged });
  }
  const unmatched = [...old.keys(), ...fresh.keys()].filter((key) => !(old.has(key) && fresh.has(key)));
  return { rows, unmatched };
}

const percent = (spread) => (spread === undefined ? "?" : `±${Math.round(spread * 100)} %`);
const shown = (figure) => `${formatNumber(comparedValue(figure))} (${percent(figure.spread)})`;

/** Renders a comparison as text: the changed figures first. */
export function renderComparison({ rows, unmatched }) {
  const order = ["worse", "better", "other machine", "same"];
  const sorted = [...rows].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const cells = sorted.map(({ key, before, after, change, verdict }) => {
    const factor = Number.isFinite(change) ? `×${change.toFixed(2)}` : "from 0";
    return [key, shown(before), shown(after), factor, verdict];
  });
  const counts = order.map((verdict) => [rows.filter((row) => row.verdict === verdict).length, verdict]);
  const summary = counts.filter(([count]) => count > 0).map(([count, verdict]) => `${count} ${verdict}`);
  const lines = [
    markdownTable(["figure", "before", "after", "change", "verdict"], cells),
    "",
    summary.join(", ") || "Nothing in common.",
  ];
  if (unmatched.length > 0) lines.push(`In one of the two only: ${unmatched.join("; ")}`);
  return lines.join("\n");
}
