import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "@/app/_server/actor";
import { analytics } from "@/lib/community/analytics";
import type { UserActor } from "@/lib/core/actor";
import { stats } from "@/lib/operations/stats";
import { AnalyticsPage } from "../_analytics/analytics-page";
import { daysOf } from "../_analytics/spans";

export const metadata: Metadata = { title: "Analytics" };

export default async function Page({ searchParams }: { searchParams: Promise<{ days?: string | string[] }> }) {
  const actor = await requireActor();
  if (actor.role === "user") notFound();
  const { days } = await searchParams;
  const [initial, admin] = await Promise.all([
    stats.server(actor, daysOf(days)),
    actor.role === "admin" && forAdmin(actor),
  ]);
  return <AnalyticsPage initial={initial} admin={admin || null} />;
}

async function forAdmin(actor: UserActor) {
  const [sessions, settings] = await Promise.all([analytics.activeSessions(actor), analytics.settings(actor)]);
  return { sessions, settings };
}
