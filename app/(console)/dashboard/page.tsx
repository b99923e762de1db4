import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { builtApp } from "@/lib/app.built";
import { Overview } from "./_overview/overview";

export const metadata: Metadata = { title: "Overview" };

export default async function DashboardPage() {
  return <Overview initial={await builtApp().stats.overview(await requireActor())} />;
}
