"use client";
import { reaches, type TeamRole } from "@/lib/core/contract.roles";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";

type Reader = { user_id: number; role: "user" | "moderator" | "admin" };

/** Decides by the reader's teams what belonging to teams they may change, and names these teams. */
export function useReach(reader: Reader) {
  const own = useOwnTeams();
  const teams = own.filter(({ personal }) => !personal);
  /** Returns whether the reader has at least a role in a team. Only admins have one on what belongs to the server (null). */
  const hasRole = (teamId: number | null, least: TeamRole): boolean =>
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
    /** Returns whether the reader may acknowledge, snooze and resolve an alert. */
    mayAct: ({ team_id }: { team_id: number | null }): boolean =>
      reader.role === "admin" || hasRole(team_id, "operator"),
    /** Returns whether the reader may change a rule or a channel. Admins change those of every team. */
    mayManage: ({ team_id }: { team_id: number | null }): boolean =>
      reader.role === "admin" || hasRole(team_id, "maintainer"),
  };
}

export type Reach = ReturnType<typeof useReach>;
