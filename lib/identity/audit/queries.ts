"use client";
/** TanStack Query hooks of the audit log, built from its contract. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { exportAudit, listAudit, verifyAudit } from "@/generated/calls/identity/audit";
import { apiPath, type ResponseOf, request } from "@/lib/client/api";

const PAGE = 50;
/** The most entries of one download; the contract's own limit is loaded with zod. */
const EXPORT_MAX = 1_000_000;

/** Filters of the list, as its address has them. Empty ones are left out. */
export type AuditFilters = Partial<
  Record<"bot_id" | "team_id" | "user_id" | "action" | "outcome" | "target_type" | "target_id" | "since" | "q", string>
>;

/** Returns the download link for all entries that match the filter, newest first. */
export const exportAuditHref = (filters: AuditFilters, format: "ndjson" | "csv"): string =>
  apiPath(exportAudit, {}, { ...filters, limit: EXPORT_MAX, format, ...(format === "csv" && { bom: "1" }) });

/** Entries newest first, page by page. A page of a search may be short, or empty, though more follow. */
export function useAudit(filters: AuditFilters, enabled = true) {
  const query = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
  return useInfiniteQuery({
    queryKey: ["audit", query],
    queryFn: ({ pageParam, signal }) =>
      request(listAudit, { query: { ...query, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** The entries of a range that a page of charts reads of each list. */
const CHARTED = 200;
const CHARTED_REFRESH_MS = 30_000;
type Range = { from: string; to?: string };

/** The newest entries of a range from several lists that the reader may read, each entry once. */
export function useAuditIn(lists: readonly AuditFilters[], { from, to }: Range) {
  return useQuery({
    queryKey: ["audit", "charted", lists, from, to],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        lists.map((filters) => {
          const query = Object.fromEntries(Object.entries(filters));
          return request(listAudit, { query: { ...query, since: from, until: to, limit: CHARTED }, signal });
        }),
      );
      return [...new Map(pages.flatMap(({ entries }) => entries.map((entry) => [entry.id, entry] as const))).values()];
    },
    enabled: lists.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: to === undefined ? CHARTED_REFRESH_MS : false,
  });
}

type Step = ResponseOf<typeof verifyAudit>;
export type Verified = Pick<Step, "ok" | "checked" | "position" | "problems">;

/** Checks the whole chain, some thousand rows per call. */
export function useVerifyAudit() {
  return useMutation({
    async mutationFn(): Promise<Verified> {
      const all: Verified = { ok: true, checked: 0, position: 0, problems: [] };
      let after: number | undefined;
      do {
        const step: Step = await request(verifyAudit, { query: { after } });
        all.ok &&= step.ok;
        all.checked += step.checked;
        all.position = step.position;
        all.problems.push(...step.problems);
        after = step.next ?? undefined;
      } while (after !== undefined && all.problems.length < PROBLEMS_MAX);
      return all;
    },
  });
}
/** A log with this many problems needs no further look to be called broken. */
const PROBLEMS_MAX = 100;
