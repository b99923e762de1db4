/** Draws the badge of a status page: a label and a value on a coloured field, as other badges beside it look. */
import { cutText } from "@/lib/core/format/text";
import { uptimeShareText } from "@/lib/core/format/units";
import type { StatusLine, StatusReport } from "./contract.public";

const STATES: Record<StatusLine["state"], { text: string; color: string }> = {
  operational: { text: "operational", color: "#1a7f4b" },
  degraded: { text: "degraded", color: "#9a6700" },
  outage: { text: "outage", color: "#c62a2f" },
  maintenance: { text: "maintenance", color: "#2563c9" },
  unknown: { text: "no data", color: "#60646c" },
};
/** The mean width of a letter in the font of the badge, and the space left and right of a text, in pixels. */
const LETTER = 6.6;
const PADDING = 10;
const LABEL_MAX = 40;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

function colorOf(share: number | null): string {
  if (share === null) return STATES.unknown.color;
  return share >= 0.99 ? STATES.operational.color : share >= 0.95 ? STATES.degraded.color : STATES.outage.color;
}

const mean = (lines: readonly StatusLine[]): number | null => {
  const shares = lines.flatMap(({ uptime }) => uptime ?? []);
  return shares.length > 0 ? shares.reduce((sum, share) => sum + share, 0) / shares.length : null;
};

/**
 * Draws a badge as SVG.
 *
 * @param line  a line of the page, from 1; 0: the whole page
 * @returns undefined when the page has no such line
 */
export function badgeOf(report: StatusReport, line: number, show: "state" | "uptime"): string | undefined {
  const one = line === 0 ? undefined : report.components[line - 1];
  if (line > 0 && !one) return undefined;
  const share = one ? one.uptime : mean(report.components);
  const { text, color } =
    show === "uptime"
      ? { text: share === null ? STATES.unknown.text : uptimeShareText(share), color: colorOf(share) }
      : STATES[(one ?? report).state];
  const label = cutText(one?.name ?? report.title, LABEL_MAX);
  const [left, right] = [label, text].map((part) => Math.round([...part].length * LETTER + 2 * PADDING)) as [
    number,
    number,
  ];
  const title = escaped(`${label}: ${text}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<clipPath id="r"><rect width="${left + right}" height="20" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3a3d44"/><rect x="${left}" width="${right}" height="20" fill="${color}"/></g>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    `<text x="${left / 2}" y="14">${escaped(label)}</text><text x="${left + right / 2}" y="14">${escaped(text)}</text></g></svg>`,
  ].join("");
}
