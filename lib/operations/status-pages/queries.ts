"use client";
/** TanStack Query hooks of status pages. All of one's own pages live under one key. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  addStatusIncidentUpdate,
  createStatusIncident,
  createStatusPage,
  deleteStatusIncident,
  deleteStatusPage,
  getStatusPage,
  getStatusReport,
  listStatusIncidents,
  listStatusPages,
  renewStatusPageLink,
  updateStatusPage,
} from "@/generated/calls/operations/status-pages";
import { type BodyOf, type ResponseOf, request } from "@/lib/client/api";
import { readUntilDeleted, useDeletion } from "@/lib/client/deletion";
import { useRefreshingMutation } from "@/lib/client/mutation";

const KEY = ["status-pages"] as const;
const REPORT_KEY = ["status-report"] as const;
/** Bots go offline without an announcement to people who have no account. */
const REFRESH_MS = 15_000;

export type NewPage = BodyOf<typeof createStatusPage>;
export type PageChange = Omit<BodyOf<typeof updateStatusPage>, "version">;
export type StatusPageReply = ResponseOf<typeof getStatusPage>;
type NewIncident = BodyOf<typeof createStatusIncident>;
type NewUpdate = BodyOf<typeof addStatusIncidentUpdate>;

/** Pages, newest first, page by page. */
export const useStatusPages = (team_id?: number) =>
  useInfiniteQuery({
    queryKey: [...KEY, "list", team_id],
    queryFn: ({ pageParam, signal }) =>
      request(listStatusPages, {
        query: { team_id: team_id === undefined ? undefined : String(team_id), limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const useStatusPage = (page_id: string, initial: StatusPageReply) =>
  useQuery({
    queryKey: [...KEY, "one", page_id],
    queryFn: (context) =>
      readUntilDeleted(page_id, context, () => request(getStatusPage, { params: { page_id }, signal: context.signal })),
    initialData: initial,
  });

/** The incidents of a page, newest first. */
export const useStatusIncidents = (page_id: string) =>
  useInfiniteQuery({
    queryKey: [...KEY, "incidents", page_id],
    queryFn: (context) =>
      readUntilDeleted(page_id, context, () => {
        const query = { limit: 20, cursor: context.pageParam };
        return request(listStatusIncidents, { params: { page_id }, query, signal: context.signal });
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });

/** A page as its readers see it. Rendered by the server first. */
export const useStatusReport = (slug: string, key: string | undefined, initial: ResponseOf<typeof getStatusReport>) =>
  useQuery({
    queryKey: [...REPORT_KEY, slug, key],
    queryFn: ({ signal }) => request(getStatusReport, { params: { slug }, query: { key }, signal }),
    initialData: initial,
    refetchInterval: REFRESH_MS,
  });

/** Creates a page, or replaces the page `page_id` at the version from which it was edited. */
export function useSaveStatusPage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ page_id, body, version }: { page_id?: string; body: NewPage; version?: number }) => {
      const { team_id: _, ...change } = body;
      return page_id
        ? request(updateStatusPage, { params: { page_id }, body: { ...change, version } })
        : request(createStatusPage, { body });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export const useRenewLink = () =>
  useRefreshingMutation((page_id: string) => request(renewStatusPageLink, { params: { page_id } }), KEY);

export const useDeleteStatusPage = (page_id: string) =>
  useDeletion(page_id, () => request(deleteStatusPage, { params: { page_id } }), KEY);

export const useReportIncident = (page_id: string) =>
  useRefreshingMutation((body: NewIncident) => request(createStatusIncident, { params: { page_id }, body }), KEY);

export const useAddIncidentUpdate = (page_id: string, incident_id: string) =>
  useRefreshingMutation(
    (body: NewUpdate) => request(addStatusIncidentUpdate, { params: { page_id, incident_id }, body }),
    KEY,
  );

export const useDeleteIncident = (page_id: string) =>
  useRefreshingMutation(
    (incident_id: string) => request(deleteStatusIncident, { params: { page_id, incident_id } }),
    KEY,
  );
