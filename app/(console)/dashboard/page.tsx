import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getStatsOverview } from "@/generated/calls/operations/stats";
import { Overview } from "./_overview/overview";

export const metadata: Metadata = { title: "Overview" };

export default async function DashboardPage() {
  const { role } = await requireUser();
  return <Overview initial={await read(getStatsOverview, {})} isStaff={role !== "user"} />;
}
