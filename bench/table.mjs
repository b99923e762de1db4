/** The table of results: one line for each figure, beside its peer and its goal. */

const number = (value) => {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
};

/** How far the rounds of some results lie apart. */
export const spread = (...results) =>
  `±${Math.round((Math.max(...results.map((result) => result.spread)) * 100) / 2)} %`;

export function createTable() {
  const rows = [];
  return {
    rows,

    /** One line of the table: `ours` and `peer` in the same unit, `goal` the largest ratio that is good. */
    row(id, what, ours, peer, peerName, goal, unit = "µs", note = "") {
      rows.push({ id, what, ours, peer, peerName, ratio: ours / peer, goal, unit, note });
      console.error(`  ${what}: ${number(ours)} ${unit}, ${peerName} ${number(peer)} ${unit}`);
    },

    /** A figure without a peer; `goal` the largest value that is good. */
    fact(id, what, ours, unit = "", goal = undefined) {
      rows.push({ id, what, ours, peerName: "–", goal, unit, note: "absolute" });
      console.error(`  ${what}: ${number(ours)} ${unit}`);
    },

    print() {
      const table = [["", "what", "Muster", "peer", "of", "ratio", "goal", "met", "spread"], ...rows.map(cellsOf)];
      const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
      const lines = table.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join(" | "));
      lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("-|-"));
      for (const line of lines) console.log(line.startsWith("-") ? `|-${line}-|` : `| ${line} |`);
    },
  };
}

const cellsOf = ({ id, what, ours, peer, peerName, ratio, goal, unit, note }) => [
  id,
  what,
  `${number(ours)} ${unit}`.trim(),
  peer === undefined ? "–" : `${number(peer)} ${unit}`,
  peerName,
  ratio?.toFixed(2) ?? "–",
  goal === undefined ? "–" : `≤ ${goal}`,
  goal === undefined ? "" : (ratio ?? ours) <= goal ? "yes" : "NO",
  note,
];
