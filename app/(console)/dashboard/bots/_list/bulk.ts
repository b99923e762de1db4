import { countText } from "@/lib/core/format/units";

export type BulkTarget = { id: string; name: string };

/** "1 bot", "12 bots". */
export const botsText = (count: number): string => countText(count, "bot");

/** The outcome of a bulk action for one bot. */
export type Outcome = { id: string; state: "waiting" | "running" | "done" | "failed"; text?: string };

/** The number of requests at the same time: fast enough, yet within the server's rate limits. */
const CONCURRENCY = 6;
const RETRY_MAX_S = 30;

/**
 * Runs `act` for every id, at most six at a time, and reports each change of state. On a 429 it waits as long as asked
 * (up to 30 s) and retries once. Any other error fails only that id.
 */
export async function runBulk(
  ids: readonly string[],
  act: (id: string) => Promise<string>,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  const queue = [...ids];
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      tell({ id, state: "running" });
      try {
        tell({ id, state: "done", text: await withRetry(() => act(id as string)) });
      } catch (error) {
        tell({ id, state: "failed", text: error instanceof Error ? error.message : "failed" });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, ids.length) }, worker));
}

async function withRetry<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const wait = (error as { retryAfter?: number }).retryAfter;
    if (!wait || wait > RETRY_MAX_S) throw error;
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    return act();
  }
}
