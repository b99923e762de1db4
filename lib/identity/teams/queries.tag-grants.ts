"use client";
/** TanStack Query hooks of the tags that a team shares, built from their contract. */
import { useQuery } from "@tanstack/react-query";
import { changeTagGrant, createTagGrant, endTagGrant, listTagGrants } from "@/generated/calls/identity/teams";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import { TAG_GRANTS_MAX } from "./contract.constants";

const keyOf = (teamId: number) => ["tag-grants", teamId] as const;
const paramsOf = (teamId: number) => ({ team_id: String(teamId) });

/** Every tag that a team shares: one page holds as many as a team can have. */
export function useTagGrants(teamId: number) {
  return useQuery({
    queryKey: keyOf(teamId),
    queryFn: async ({ signal }) =>
      (await request(listTagGrants, { params: paramsOf(teamId), query: { limit: TAG_GRANTS_MAX }, signal })).grants,
  });
}

export const useShareTag = (teamId: number) =>
  useRefreshingMutation(
    (body: BodyOf<typeof createTagGrant>) => request(createTagGrant, { params: paramsOf(teamId), body }),
    keyOf(teamId),
  );

export const useChangeTagGrant = (teamId: number) =>
  useRefreshingMutation(
    ({ grantId, ...body }: { grantId: string } & BodyOf<typeof changeTagGrant>) =>
      request(changeTagGrant, { params: { ...paramsOf(teamId), grant_id: grantId }, body }),
    keyOf(teamId),
  );

export const useEndTagGrant = (teamId: number) =>
  useRefreshingMutation(
    (grantId: string) => request(endTagGrant, { params: { ...paramsOf(teamId), grant_id: grantId } }),
    keyOf(teamId),
  );
