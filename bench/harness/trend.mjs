/** Shows how figures changed from result to result, as a small text plot. */
import { comparedValue, formatNumber, keyOf } from "./figures.mjs";

const WIDTH = 50;

/**
 * Collects the history of every figure of a measurement.
 *
 * @param {object[]} results oldest first
 * @returns {Map<string, { date: string, commit: string, figure: object }[]>} by the key of the figure
 */
export function trendOf(results, id) {
  const series = new Map();
  for (const { date, commit, figures } of results)
    for (const figure of figures) {
      if (figure.id !== id || comparedValue(figure) === undefined) continue;
      const key = keyOf(figure);
      series.set(key, [...(series.get(key) ?? []), { date, commit, figure }]);
    }
  return series;
}

function bar(value, goal, top) {
  const place = (number) => Math.min(WIDTH - 1, Math.round((number / top) * (WIDTH - 1)));
  const cells = Array.from({ length: WIDTH }, (_, at) => (value > 0 && at <= place(value) ? "█" : " "));
  if (goal !== undefined) cells[place(goal)] = "│";
  return cells.join("").trimEnd();
}

/** Renders the history: a line for each result, and a `│` where its goal is. */
export function renderTrend(series) {
  const lines = [];
  for (const [key, points] of series) {
    const goals = points.map(({ figure }) => figure.goal).filter((goal) => goal !== undefined);
    const top = Math.max(...points.map(({ figure }) => comparedValue(figure)), ...goals) || 1;
    const goal = goals.length > 0 ? `, goal ≤ ${goals.at(-1)}` : "";
    const { ratio, unit } = points.at(-1).figure;
    lines.push(`${key}${ratio === undefined && unit ? ` in ${unit}` : ""}${goal}`);
    for (const { date, commit, figure } of points)
      lines.push(
        `  ${date.slice(0, 10)} ${commit.slice(0, 8)} ${formatNumber(comparedValue(figure)).padStart(8)} ${bar(comparedValue(figure), figure.goal, top)}`,
      );
    lines.push("");
  }
  return lines.join("\n");
}
