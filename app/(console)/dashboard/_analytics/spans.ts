/** The spans the page offers, as they stand in its address. */
export const SPANS = ["7", "30", "90", "all"] as const;
export type Span = (typeof SPANS)[number];
export const DEFAULT_SPAN: Span = "30";

export const SPAN_LABELS: Record<Span, string> = { "7": "7 days", "30": "30 days", "90": "90 days", all: "All time" };

/** Days as the API takes them; what is no span is the usual one. */
export function daysOf(text: string | string[] | undefined): number {
  const span = SPANS.find((one) => one === text) ?? DEFAULT_SPAN;
  return span === "all" ? 0 : Number(span);
}
