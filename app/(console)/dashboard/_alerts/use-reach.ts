"use client";
import { TEAM_ROLES, type TeamRole } from "@/lib/core/contract.roles";
import { useOwnTeams } from "@/lib/identity/teams/queries";
import type { Reader } from "./labels";

const reaches = (role: TeamRole | undefined, least: TeamRole): boolean =>
  role !== undefined && TEAM_ROLES.indexOf(role) >= TEAM_ROLES.indexOf(least);

/** Decides by the reader's teams which alerts, rules and channels they may change, and names these teams. */
export function useReach(reader: Reader) {
  const own = useOwnTeams();
  const teams = own.filter(({ personal }) => !personal);
  /** Returns whether the role in a team suffices. Only admins have a role on what belongs to the server (null). */
  const has = (teamId: number | null, least: TeamRole): boolean =>
    teamId === null
      ? reader.role === "admin"
      : teamId === reader.user_id || reaches(teams.find(({ id }) => id === teamId)?.role, least);
  return {
    /** The teams with other members, which rules and alerts can be filtered by. */
    teams,
    /** The teams for which the reader may create rules and channels. */
    managed: teams.filter(({ role }) => reaches(role, "maintainer")),
    /** Returns the name of a team with other members; undefined for a person and the server. */
    nameOf: (teamId: number | null): string | undefined => teams.find(({ id }) => id === teamId)?.name,
    mayAct: ({ team_id }: { team_id: number | null }): boolean => reader.role === "admin" || has(team_id, "operator"),
    mayManage: ({ team_id }: { team_id: number | null }): boolean => has(team_id, "maintainer"),
  };
}

export type Reach = ReturnType<typeof useReach>;
