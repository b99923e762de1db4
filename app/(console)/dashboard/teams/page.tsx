import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { listTeams } from "@/generated/calls/identity/teams";
import { TeamsPage } from "../_teams/teams-page";

export const metadata: Metadata = { title: "Teams" };

export default async function Page() {
  const { role } = await requireUser();
  return <TeamsPage isStaff={role !== "user"} initial={await read(listTeams, { query: { limit: 100 } })} />;
}
