/** Makes ready for a view that is opened. A file of its own, because pages that only show views need no ranges of time. */
import { DEFAULT_RANGE } from "@/lib/core/format/time-range";
import { rememberRange } from "../time-range/remembered";
import { type View, viewAddress } from "./address";

/** Forgets the range of other pages before a view of any time is opened, because its page would begin with that range. */
export function keepRangeOf({ page, filter }: View): void {
  if (page === "logs" && !filter.from) rememberRange(DEFAULT_RANGE);
}

/** Makes ready for a view that is opened. @returns its address */
export function enterView(view: View): string {
  keepRangeOf(view);
  return viewAddress(view);
}
