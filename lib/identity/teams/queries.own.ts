"use client";
/** The caller's own teams. Many pages need these and no other hook of teams, so they are a module of their own. */
import { useQuery } from "@tanstack/react-query";
import { listTeams } from "@/generated/calls/identity/teams";
import { request } from "@/lib/client/api";
import type { Team } from "./contract";

const PAGE = 100;
const NO_TEAMS: readonly Team[] = [];

/** All of the caller's teams, the personal one included: one page holds more than a person can be in. */
export function useOwnTeams(): readonly Team[] {
  const { data } = useQuery({
    queryKey: ["teams", "own"],
    queryFn: async ({ signal }) => (await request(listTeams, { query: { limit: PAGE }, signal })).teams,
    staleTime: 60_000,
  });
  return data ?? NO_TEAMS;
}
