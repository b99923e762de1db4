import type { Gap } from "@/lib/client/live";
import { countText } from "@/lib/core/format/units";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { fetchLogs, type LogFilters, type LogPage } from "@/lib/fleet/telemetry/queries";

const PAGE = 200;
export const NEWER_PAGE = 1000;
const ENOUGH = 40;
/** After this time a search stops and offers to go on. */
const SEARCH_MS = 10_000;

/** Receives the time back to which a search has come. */
type OnProgress = (searchedTo: string) => void;

/**
 * Collects the lines before a cursor, or the newest ones without a cursor. A search that takes long is answered in
 * pieces, with few or no lines and a cursor. This asks for them one after another until there are enough lines, for
 * SEARCH_MS at most.
 */
export async function collect(
  filters: LogFilters,
  cursor: string | undefined,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: OnProgress } = {},
) {
  const end = Date.now() + SEARCH_MS;
  const lines: Log[] = [];
  let older: string | null = cursor ?? null;
  let searchedTo: string | null = null;
  do {
    const page: LogPage = await fetchLogs(filters, { limit: PAGE, cursor: older ?? undefined }, signal);
    lines.push(...page.logs);
    older = page.next_cursor;
    searchedTo = page.searched_to ?? null;
    if (searchedTo !== null) onProgress?.(searchedTo);
  } while (older !== null && lines.length < ENOUGH && Date.now() < end);
  return { lines, older, searchedTo };
}

export async function loadEnd(filters: LogFilters, signal: AbortSignal, onProgress: OnProgress) {
  return { ...(await collect(filters, undefined, { signal, onProgress })), attached: true };
}

/** Loads one line, the lines after it, and a page of lines before it. */
export async function loadAround(filters: LogFilters, id: number, signal: AbortSignal, onProgress: OnProgress) {
  const [before, after] = await Promise.all([
    collect(filters, String(id), { signal, onProgress }),
    fetchLogs(filters, { limit: NEWER_PAGE, since: String(id - 1) }, signal),
  ]);
  return { ...before, lines: [...before.lines, ...after.logs], attached: after.next_cursor === null };
}

/** Returns the marker text that says how many missed lines were recovered; null when there is nothing to say. */
export function recoveryText(count: number, isAll: boolean, gap: Gap | null): string | null {
  if (!gap) return isAll ? null : "too many lines at once: some are not shown";
  if (count === 0) return "reconnected, no lines missed";
  const lines = countText(count, "line");
  return `reconnected, ${isAll ? lines : `the first ${lines}`} recovered`;
}
