"use client";
/** TanStack Query hooks of the audit log's streams. */
import { useQuery } from "@tanstack/react-query";
import { deleteAuditStream, listAuditStreams, putAuditStream } from "@/generated/calls/identity/audit/streams";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { StreamKind } from "./contract";

const KEY = ["audit", "streams"] as const;
/** Entries are sent within a few seconds; a page that shows the result asks as often. */
const REFRESH_MS = 2_000;

export function useAuditStreams() {
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await request(listAuditStreams, { signal })).streams,
    refetchInterval: REFRESH_MS,
  });
}

export const usePutAuditStream = (kind: StreamKind) =>
  useRefreshingMutation(
    (body: BodyOf<typeof putAuditStream>) => request(putAuditStream, { params: { kind }, body }),
    KEY,
  );

export const useDeleteAuditStream = (kind: StreamKind) =>
  useRefreshingMutation(() => request(deleteAuditStream, { params: { kind } }), KEY);
