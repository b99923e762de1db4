import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "@/app/_server/actor";
import { builtApp } from "@/lib/app.built";
import type { UserActor } from "@/lib/core/actor";
import { AnalyticsPage } from "../_analytics/analytics-page";
import { daysOf } from "../_analytics/spans";

export const metadata: Metadata = { title: "Analytics" };

export default async function Page({ searchParams }: { searchParams: Promise<{ days?: string | string[] }> }) {
  const actor = await requireActor();
  if (actor.role === "user") notFound();
  const { days } = await searchParams;
  const [initial, admin] = await Promise.all([
    builtApp().stats.server(actor, daysOf(days)),
    actor.role === "admin" && forAdmin(actor),
  ]);
  return <AnalyticsPage initial={initial} admin={admin || null} />;
}

async function forAdmin(actor: UserActor) {
  const [sessions, settings] = await Promise.all([
    builtApp().analytics.activeSessions(actor),
    builtApp().analytics.settings(actor),
  ]);
  return { sessions, settings };
}
