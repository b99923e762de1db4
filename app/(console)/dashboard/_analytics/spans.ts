/** The periods that the page offers, as they appear in its address. */
export const SPANS = ["7", "30", "90", "all"] as const;
export type Span = (typeof SPANS)[number];
export const DEFAULT_SPAN: Span = "30";

export const SPAN_LABELS: Record<Span, string> = { "7": "7 days", "30": "30 days", "90": "90 days", all: "All time" };

/** Converts a period to the days that the API takes. An unknown period counts as the default. */
export function daysOf(text: string | string[] | undefined): number {
  const span = SPANS.find((one) => one === text) ?? DEFAULT_SPAN;
  return span === "all" ? 0 : Number(span);
}
