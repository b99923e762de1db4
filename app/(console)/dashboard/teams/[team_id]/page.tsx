import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getTeam } from "@/generated/calls/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import { TeamPage } from "../../_teams/team-page";

export const metadata: Metadata = { title: "Team" };

/** The page of a team with members: a personal team has none, and nothing to change. */
export default async function Page({ params }: { params: Promise<{ team_id: string }> }) {
  const { team_id } = await params;
  const { id } = await requireUser();
  const teamId = Number(team_id);
  if (!(teamId >= FIRST_TEAM)) notFound();
  const initial = await read(getTeam, { params: { team_id } }).catch(() => notFound());
  return <TeamPage teamId={teamId} userId={id} initial={initial} />;
}
