"use client";
import { useMemo } from "react";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Role } from "@/lib/identity/accounts/contract";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";

/**
 * Returns the note beside a bot in a list: its team, "shared with you" or "unclaimed"; nothing for the reader's own bots, and
 * for those of others where the reader sees every bot.
 */
export function useOwnerNote(role: Role): (bot: Bot) => string | undefined {
  const teams = useOwnTeams();
  return useMemo(() => {
    const names = new Map(teams.map(({ id, name, personal }) => [id, personal ? undefined : name]));
    return ({ team_id, owner_id }) => {
      if (owner_id === null || team_id === null) return "unclaimed";
      if (names.has(team_id)) return names.get(team_id);
      return role === "user" && names.size > 0 ? "shared with you" : undefined;
    };
  }, [teams, role]);
}
