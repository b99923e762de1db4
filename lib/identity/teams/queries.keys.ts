"use client";
/** TanStack Query hooks of the service keys of a team, built from their contract. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { createTeamKey, listTeamKeys, revokeTeamKey, rotateTeamKey } from "@/generated/calls/identity/teams";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";

const PAGE = 100;
const keyOf = (teamId: number) => ["team-keys", teamId] as const;
const paramsOf = (teamId: number) => ({ team_id: String(teamId) });

export function useTeamKeys(teamId: number) {
  return useInfiniteQuery({
    queryKey: keyOf(teamId),
    queryFn: ({ pageParam, signal }) =>
      request(listTeamKeys, { params: paramsOf(teamId), query: { limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Creates a key. The secret in the answer is never kept in a cache. */
export function useCreateTeamKey(teamId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createTeamKey>) => request(createTeamKey, { params: paramsOf(teamId), body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(teamId) }),
  });
}

/** Rotates a key. The secret in the answer is never kept in a cache. */
export function useRotateTeamKey(teamId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key_id, ...body }: { key_id: string } & BodyOf<typeof rotateTeamKey>) =>
      request(rotateTeamKey, { params: { ...paramsOf(teamId), key_id }, body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(teamId) }),
  });
}

export const useRevokeTeamKey = (teamId: number) =>
  useRefreshingMutation(
    (keyId: string) => request(revokeTeamKey, { params: { ...paramsOf(teamId), key_id: keyId } }),
    keyOf(teamId),
  );
