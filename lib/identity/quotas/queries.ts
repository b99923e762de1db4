"use client";
/** TanStack Query hooks of quotas, built from their contract. */
import { useQuery } from "@tanstack/react-query";
import { getQuotas, putQuotas } from "@/generated/calls/identity/quotas";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";

const keyOf = (teamId: number) => ["quotas", teamId] as const;
const paramsOf = (teamId: number) => ({ team_id: String(teamId) });

export type LimitChanges = BodyOf<typeof putQuotas>["limits"];

/** Reads the usage and the limits of a team, or of the person with this number. */
export function useQuotas(teamId: number) {
  return useQuery({
    queryKey: keyOf(teamId),
    queryFn: ({ signal }) => request(getQuotas, { params: paramsOf(teamId), signal }),
  });
}

export const useChangeLimits = (teamId: number) =>
  useRefreshingMutation(
    (limits: LimitChanges) => request(putQuotas, { params: paramsOf(teamId), body: { limits } }),
    keyOf(teamId),
  );
