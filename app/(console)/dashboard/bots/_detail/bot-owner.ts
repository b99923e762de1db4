"use client";
import type { TeamRole } from "@/lib/core/contract.roles";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Role } from "@/lib/identity/accounts/contract";
import { useUsernames } from "@/lib/identity/accounts/queries";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";

/** The person who reads a page. */
export type Reader = { id: number; role: Role };

/**
 * The owner of a bot as a reader sees it: the reader; a team of the reader; or somebody else, whose name only staff may know.
 * `role` is the reader's own on the bot as a member.
 */
export type BotOwner =
  | { kind: "self"; role: "owner" }
  | { kind: "team"; role: TeamRole; teamId: number; name: string }
  | { kind: "other"; role: null; name: string | null };

const NOBODY: readonly number[] = [];

/** Returns who owns a bot; null for a bot that nobody owns. */
export function useBotOwner({ team_id, owner_id }: Bot, reader: Reader): BotOwner | null {
  const team = useOwnTeams().find(({ id }) => id === team_id);
  const isOther = team_id !== reader.id && !team;
  const names = useUsernames(isOther && owner_id !== null && reader.role !== "user" ? [owner_id] : NOBODY);
  if (team_id === null) return null;
  if (team_id === reader.id) return { kind: "self", role: "owner" };
  if (team) return { kind: "team", role: team.role, teamId: team_id, name: team.name };
  const name = owner_id === null ? undefined : names?.get(owner_id);
  return { kind: "other", role: null, name: name && team_id >= FIRST_TEAM ? `A team of ${name}` : (name ?? null) };
}
