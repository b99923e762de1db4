/** Collects the figures of a run: each beside its peer and its goal. */
import { median, spreadOf, spreadOfRatio } from "./statistics.mjs";

/** Formats a number with three digits or so. */
export const formatNumber = (value) => {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
};

/** Identifies a figure in every result file. A text that depends on the run belongs in `note`, not in `what`. */
export const keyOf = ({ id, what, of }) => [id, what, of].filter(Boolean).join(" · ");

/** The number that is compared over time and against the goal: the ratio, or the value when there is no peer. */
export const comparedValue = ({ ratio, ours }) => ratio ?? ours;

/** Returns whether a figure meets its goal; undefined when it has none, or was not measured. */
export const isMet = (figure) =>
  figure.goal === undefined || comparedValue(figure) === undefined ? undefined : comparedValue(figure) <= figure.goal;

const roundsOf = (sample) => (typeof sample === "number" ? undefined : (sample?.costs ?? sample));
const numberOf = (sample) => {
  if (sample === undefined || typeof sample === "number") return sample;
  return sample.us ?? median(sample);
};

/** How far the rounds of a figure lie apart: of the ratio when both sides have rounds, else of our side. */
function spreadFor(ours, peer) {
  const [a, b] = [roundsOf(ours), roundsOf(peer)];
  if (a && b) return spreadOfRatio(a, b);
  return a && spreadOf(a);
}

/** CPU that processes other than the main one used, when it is more than a hundredth. */
function noteOfChildren({ childrenUs, us } = {}, scale, unit) {
  if (!(childrenUs > us / 100)) return "";
  return `of it ${formatNumber(childrenUs * scale)} ${unit} in child processes`;
}

/**
 * @typedef {number | number[] | { us: number, costs: number[], childrenUs?: number }} Sample a value, the values of several
 *   rounds, or a result of `cpuPerOperation`
 *
 * @typedef {{ what: string, ours: Sample, peer?: Sample, of?: string, goal?: number, unit?: string, scale?: number,
 *   spread?: number, note?: string }} Figure
 *   `of` names the peer. `goal` is the largest ratio that is good, or the largest value when there is no peer: a figure is
 *   always a cost, so that smaller is better. `scale` is applied to both sides before they are printed.
 */
export function createFigures(print = console.error) {
  const figures = [];
  return {
    figures,

    /** @param {Figure} figure */
    figure(id, { what, ours, peer, of, goal, unit = "µs", scale = 1, spread = spreadFor(ours, peer), note = "" }) {
      const [mine, theirs] = [numberOf(ours) * scale, peer === undefined ? undefined : numberOf(peer) * scale];
      if (!Number.isFinite(mine)) throw new Error(`${what} is not a number: ${mine}`);
      const notes = [note, noteOfChildren(ours, scale, unit)].filter(Boolean).join("; ");
      const ratio = theirs === undefined ? undefined : mine / theirs;
      const children = ours.childrenUs && ours.childrenUs * scale;
      figures.push({ id, what, of, ours: mine, children, peer: theirs, ratio, goal, unit, spread, note: notes });
      const beside = theirs === undefined ? "" : `, ${of} ${formatNumber(theirs)} ${unit}, ratio ${ratio.toFixed(2)}`;
      print(`  ${what}: ${formatNumber(mine)} ${unit}${beside}`);
    },

    /** Records that a figure could not be measured: `notRun` says why, `failed` what went wrong. */
    missing(id, { what, of, notRun, failed }) {
      figures.push({ id, what, of, notRun, failed });
      print(`  ${what}${of ? `, ${of}` : ""}: ${failed ? `FAILED: ${failed}` : `not run: ${notRun}`}`);
    },
  };
}
