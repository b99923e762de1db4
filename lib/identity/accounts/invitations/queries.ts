"use client";
/** TanStack Query hooks of invitations, to the server and to teams. Links in replies are never kept in a cache. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createInvitation,
  createTeamInvitation,
  joinTeam,
  listInvitations,
  listTeamInvitations,
  revokeInvitation,
  revokeTeamInvitation,
} from "@/generated/calls/identity/accounts/invitations";
import { type BodyOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";

const KEYS = {
  all: ["accounts", "invitations"] as const,
  team: (teamId: number) => ["accounts", "invitations", teamId] as const,
};
const SHOWN = 200;
const paramsOf = (teamId: number) => ({ team_id: String(teamId) });

/** The newest invitations. */
export function useInvitations() {
  return useQuery({
    queryKey: KEYS.all,
    queryFn: async ({ signal }) => (await request(listInvitations, { query: { limit: SHOWN }, signal })).invitations,
  });
}

export function useCreateInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createInvitation>) => request(createInvitation, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS.all }),
  });
}

export const useRevokeInvitation = () =>
  useRefreshingMutation((id: number) => request(revokeInvitation, { params: { invitation_id: String(id) } }), KEYS.all);

/** The newest invitations to a team. */
export function useTeamInvitations(teamId: number) {
  return useQuery({
    queryKey: KEYS.team(teamId),
    queryFn: async ({ signal }) =>
      (await request(listTeamInvitations, { params: paramsOf(teamId), query: { limit: SHOWN }, signal })).invitations,
  });
}

export function useCreateTeamInvitation(teamId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof createTeamInvitation>) =>
      request(createTeamInvitation, { params: paramsOf(teamId), body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: KEYS.team(teamId) }),
  });
}

export const useRevokeTeamInvitation = (teamId: number) =>
  useRefreshingMutation(
    (id: number) => request(revokeTeamInvitation, { params: { ...paramsOf(teamId), invitation_id: String(id) } }),
    KEYS.team(teamId),
  );

/** Joins the team of an invitation with the account that is signed in. */
export const useJoinTeam = () => useMutation({ mutationFn: (token: string) => request(joinTeam, { body: { token } }) });
