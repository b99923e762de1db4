/** Limits how long one answer searches, and lets other work run meanwhile. */
import { yieldToEventLoop } from "@/lib/core/event-loop";

/** An answer is sent after this time with what was found, and a cursor for the rest. */
const ANSWER_MS = 40;
/** A search yields to the event loop when it has run this long. */
const SLICE_MS = 4;

export type Budget = {
  /** Yields to the event loop if that is due. Returns true when the search must stop and answer. */
  isSpent(): Promise<boolean>;
};
export type SearchBudget = Budget & {
  /**
   * Returns a whole budget for testing rows that were just read. Reading them may have spent this one, and an answer that
   * tested only the first of them would be repeated for each.
   */
  forRows(): Budget;
};

export const createBudget = (): SearchBudget => ({
  ...budgetFrom(performance.now()),
  forRows: () => budgetFrom(performance.now()),
});

function budgetFrom(start: number): Budget {
  const end = start + ANSWER_MS;
  let due = performance.now() + SLICE_MS;
  return {
    async isSpent() {
      if (performance.now() < due) return false;
      await yieldToEventLoop();
      due = performance.now() + SLICE_MS;
      return performance.now() >= end;
    },
  };
}
