/** Prints the figures of result files as one Markdown table. */
import { formatNumber, isMet } from "./figures.mjs";

const HEAD = ["", "what", "Muster", "peer", "of", "ratio", "goal", "met", "spread", "notes"];
const withUnit = (value, unit) => (value === undefined ? "–" : `${formatNumber(value)} ${unit}`.trim());

function cellsOf(figure) {
  const { id, what, of = "–", notRun, failed } = figure;
  if (notRun || failed)
    return [id, what, "–", "–", of, "–", "–", "", "", failed ? `failed: ${failed}` : `not run: ${notRun}`];
  const { ours, peer, ratio, goal, unit = "", spread, note = "" } = figure;
  const met = isMet(figure);
  return [
    ...[id, what, withUnit(ours, unit), withUnit(peer, unit), of],
    ratio?.toFixed(2) ?? "–",
    goal === undefined ? "–" : `≤ ${goal}`,
    met === undefined ? "" : met ? "yes" : "NO",
    spread === undefined ? "" : `±${Math.round(spread * 100)} %`,
    note,
  ];
}

/** Lays out rows of cells as a Markdown table; `head` is its first line. */
export function markdownTable(head, rows) {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => String(cell).replaceAll("|", "/").replaceAll("\n", " ")),
  );
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
}

export const figuresTable = (figures) => markdownTable(HEAD, figures.map(cellsOf));

/** Says where, when and how a result was measured. */
export function describeRun({ commit, isDirty, date, node, machine, options, load }) {
  const rounds = `${options.rounds} rounds of at least ${options.cpuUs / 1e6} s CPU`;
  const code = `${commit.slice(0, 8)}${isDirty ? " with uncommitted changes" : ""}`;
  const quick = options.quick ? " A quick run: only to see that it works." : "";
  return `Commit ${code}, ${date.slice(0, 10)}, Node ${node}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB; ${rounds}; load average ${load[0]} at the start, ${load[1]} at the end.${quick}`;
}
