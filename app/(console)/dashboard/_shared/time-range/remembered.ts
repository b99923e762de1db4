/** The range that the person chose last in this tab. Pages that are opened without one begin with it. */
import { DEFAULT_RANGE, isSameRange, spanOf, type TimeRange } from "@/lib/core/format/time-range";

const KEY = "muster:range";

/** Returns the range chosen last, on whichever page; undefined when it is the default. */
export function rememberedRange(): TimeRange | undefined {
  try {
    const [from = "", to = ""] = (sessionStorage.getItem(KEY) ?? "").split(" ");
    const range = { from, to };
    return spanOf(range, Date.now()) && !isSameRange(range, DEFAULT_RANGE) ? range : undefined;
  } catch {
    // Private windows may refuse storage: each page then starts with the default.
    return undefined;
  }
}

export function rememberRange({ from, to }: TimeRange): void {
  try {
    sessionStorage.setItem(KEY, `${from} ${to}`);
  } catch {
    // See above.
  }
}
