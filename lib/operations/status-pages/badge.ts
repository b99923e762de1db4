/** Draws the badge of a status page: a label and a value on a coloured field, as other badges beside it look. */
import { cutText, escapeMarkup } from "@/lib/core/format/text";
import { uptimeShareText } from "@/lib/core/format/units";
import { UPTIME_FAIR, UPTIME_GOOD } from "./contract.constants";
import type { StatusLine, StatusReport } from "./contract.public";
import { mean } from "./report";

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

function colorOf(share: number | null): string {
  if (share === null) return STATES.unknown.color;
  return share >= UPTIME_GOOD
    ? STATES.operational.color
    : share >= UPTIME_FAIR
      ? STATES.degraded.color
      : STATES.outage.color;
}

/**
 * Draws a badge as SVG.
 *
 * @param line  a line of the page, from 1; 0: the whole page
 * @returns undefined when the page has no such line
 */
export function badgeOf(report: StatusReport, line: number, show: "state" | "uptime"): string | undefined {
  const one = line === 0 ? undefined : report.components[line - 1];
  if (line > 0 && !one) return undefined;
  const share = one ? one.uptime : mean(report.components.map(({ uptime }) => uptime));
  const { text, color } =
    show === "uptime"
      ? { text: share === null ? STATES.unknown.text : uptimeShareText(share), color: colorOf(share) }
      : STATES[(one ?? report).state];
  const label = cutText(one?.name ?? report.title, LABEL_MAX);
  const [left, right] = [label, text].map((part) => Math.round([...part].length * LETTER + 2 * PADDING)) as [
    number,
    number,
  ];
  const title = escapeMarkup(`${label}: ${text}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<clipPath id="r"><rect width="${left + right}" height="20" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3a3d44"/><rect x="${left}" width="${right}" height="20" fill="${color}"/></g>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    `<text x="${left / 2}" y="14">${escapeMarkup(label)}</text><text x="${left + right / 2}" y="14">${escapeMarkup(text)}</text></g></svg>`,
  ].join("");
}
