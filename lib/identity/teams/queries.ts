"use client";
/** TanStack Query hooks of teams and grants, built from their contracts. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  addTeamMember,
  changeBotGrant,
  changeTeamMember,
  createBotGrant,
  createTeam,
  deleteTeam,
  endBotGrant,
  getTeam,
  listBotGrants,
  listTeamMembers,
  listTeams,
  removeTeamMember,
  transferTeam,
  updateTeam,
} from "@/generated/calls/identity/teams";
import { type BodyOf, type ResponseOf, request } from "@/lib/client/api";
import { useRefreshingMutation } from "@/lib/client/mutation";
import type { Team } from "./contract";
import { GRANTS_MAX } from "./contract.constants";

const PAGE = 100;
const KEYS = {
  all: ["teams"] as const,
  list: (isAll: boolean) => ["teams", "list", isAll] as const,
  team: (teamId: number) => ["teams", "team", teamId] as const,
  members: (teamId: number) => ["teams", "members", teamId] as const,
  grants: (botId: string) => ["grants", botId] as const,
};
const paramsOf = (teamId: number) => ({ team_id: String(teamId) });

export type TeamPage = ResponseOf<typeof listTeams>;
export type TeamReply = ResponseOf<typeof getTeam>;

/** The caller's teams, or with `isAll` every team on the server, page by page. `initial` is a first page of own teams. */
export function useTeamList(isAll: boolean, initial: TeamPage) {
  return useInfiniteQuery({
    queryKey: KEYS.list(isAll),
    queryFn: ({ pageParam, signal }) =>
      request(listTeams, { query: { limit: PAGE, cursor: pageParam, ...(isAll && { all: "true" }) }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    initialData: isAll ? undefined : { pages: [initial], pageParams: [undefined] },
  });
}

export function useTeam(teamId: number, initial?: TeamReply) {
  return useQuery({
    queryKey: KEYS.team(teamId),
    queryFn: ({ signal }) => request(getTeam, { params: paramsOf(teamId), signal }),
    initialData: initial,
  });
}

export function useTeamMembers(teamId: number) {
  return useInfiniteQuery({
    queryKey: KEYS.members(teamId),
    queryFn: ({ pageParam, signal }) =>
      request(listTeamMembers, { params: paramsOf(teamId), query: { limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export const useCreateTeam = () =>
  useRefreshingMutation((body: BodyOf<typeof createTeam>) => request(createTeam, { body }), KEYS.all);

export const useRenameTeam = ({ id, version }: Team) =>
  useRefreshingMutation(
    (body: BodyOf<typeof updateTeam>) => request(updateTeam, { params: paramsOf(id), body, version }),
    KEYS.all,
  );

/** Deletes a team without bots. Its own queries are dropped, because they would only answer that it is missing. */
export function useDeleteTeam(teamId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request(deleteTeam, { params: paramsOf(teamId) }),
    onSuccess: () => {
      client.removeQueries({ queryKey: KEYS.team(teamId) });
      return client.invalidateQueries({ queryKey: KEYS.all });
    },
  });
}

export const useTransferTeam = (teamId: number) =>
  useRefreshingMutation(
    (body: BodyOf<typeof transferTeam>) => request(transferTeam, { params: paramsOf(teamId), body }),
    KEYS.all,
  );

export const useAddMember = (teamId: number) =>
  useRefreshingMutation(
    (body: BodyOf<typeof addTeamMember>) => request(addTeamMember, { params: paramsOf(teamId), body }),
    KEYS.all,
  );

export const useChangeMember = (teamId: number) =>
  useRefreshingMutation(
    ({ userId, ...body }: { userId: number } & BodyOf<typeof changeTeamMember>) =>
      request(changeTeamMember, { params: { ...paramsOf(teamId), user_id: String(userId) }, body }),
    KEYS.all,
  );

/** Removes a member, or the caller. */
export const useRemoveMember = (teamId: number) =>
  useRefreshingMutation(
    (userId: number) => request(removeTeamMember, { params: { ...paramsOf(teamId), user_id: String(userId) } }),
    KEYS.all,
  );

/** Everybody with whom a bot is shared: one page holds as many as a bot can have. */
export function useGrants(botId: string) {
  return useQuery({
    queryKey: KEYS.grants(botId),
    queryFn: async ({ signal }) =>
      (await request(listBotGrants, { params: { bot_id: botId }, query: { limit: GRANTS_MAX }, signal })).grants,
  });
}

export const useShareBot = (botId: string) =>
  useRefreshingMutation(
    (body: BodyOf<typeof createBotGrant>) => request(createBotGrant, { params: { bot_id: botId }, body }),
    KEYS.grants(botId),
  );

export const useChangeGrant = (botId: string) =>
  useRefreshingMutation(
    ({ grantId, ...body }: { grantId: string } & BodyOf<typeof changeBotGrant>) =>
      request(changeBotGrant, { params: { bot_id: botId, grant_id: grantId }, body }),
    KEYS.grants(botId),
  );

export const useEndGrant = (botId: string) =>
  useRefreshingMutation(
    (grantId: string) => request(endBotGrant, { params: { bot_id: botId, grant_id: grantId } }),
    KEYS.grants(botId),
  );
