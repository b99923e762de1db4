import { hashKey, type QueryClient, type QueryKey } from "@tanstack/react-query";

/** The pause before an answer that may be too old is asked for again: events may come many times a second. */
const AGAIN_MS = 1_000;
const waiting = new Set<string>();

/**
 * Writes what a live event says into the cached answer of one thing. An answer that is under way may be older than the event and
 * would replace it for good, so the thing is then asked for once more.
 */
export function setLiveData<T>(
  client: QueryClient,
  queryKey: QueryKey,
  change: (known: T | undefined) => T | undefined,
): void {
  client.setQueryData<T>(queryKey, change);
  // Found by its key: `isFetching` would look at every cached answer for each event.
  if (client.getQueryState(queryKey)?.fetchStatus !== "fetching") return;
  const hash = hashKey(queryKey);
  if (waiting.has(hash)) return;
  waiting.add(hash);
  setTimeout(() => {
    waiting.delete(hash);
    void client.invalidateQueries({ queryKey, exact: true });
  }, AGAIN_MS);
}
