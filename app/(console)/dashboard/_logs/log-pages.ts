import type { Gap } from "@/lib/client/live";
import type { Log } from "@/lib/fleet/telemetry/contract";
import { fetchLogs, type LogFilters, type LogPage } from "@/lib/fleet/telemetry/queries";

const PAGE = 200;
export const NEWER_PAGE = 1000;
const ENOUGH = 40;
const MAX_ASKS = 8;

/**
 * Collects the lines before a cursor, or the newest ones without a cursor. With a rare filter the server stops after a
 * bounded search, with few or no lines and a cursor. Then this asks again, at most MAX_ASKS times.
 */
export async function collect(filters: LogFilters, cursor: string | undefined, signal?: AbortSignal) {
  let older: string | null = cursor ?? null;
  const lines: Log[] = [];
  for (let asked = 0; asked < MAX_ASKS && lines.length < ENOUGH; asked++) {
    const page: LogPage = await fetchLogs(filters, { limit: PAGE, cursor: older ?? undefined }, signal);
    lines.push(...page.logs);
    older = page.next_cursor;
    if (older === null) break;
  }
  return { lines, older };
}

export async function loadEnd(filters: LogFilters, signal: AbortSignal) {
  return { ...(await collect(filters, undefined, signal)), attached: true };
}

/** Loads one line, the lines after it, and a page of lines before it. */
export async function loadAround(filters: LogFilters, id: number, signal: AbortSignal) {
  const [before, after] = await Promise.all([
    collect(filters, String(id), signal),
    fetchLogs(filters, { limit: NEWER_PAGE, since: String(id - 1) }, signal),
  ]);
  return { lines: [...before.lines, ...after.logs], older: before.older, attached: after.next_cursor === null };
}

/** Returns the marker text that says how many missed lines were recovered; null when there is nothing to say. */
export function recoveryText(count: number, isAll: boolean, gap: Gap | null): string | null {
  if (!gap) return isAll ? null : "too many lines at once: some are not shown";
  if (count === 0) return "reconnected, no lines missed";
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return `reconnected, ${isAll ? lines : `the first ${lines}`} recovered`;
}
