import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { stats } from "@/lib/operations/stats";
import { Overview } from "./_overview/overview";

export const metadata: Metadata = { title: "Overview" };

export default async function DashboardPage() {
  return <Overview initial={await stats.overview(await requireActor())} />;
}
