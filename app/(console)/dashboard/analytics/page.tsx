import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { getAnalyticsSettings, listActiveSessions } from "@/generated/calls/community/analytics";
import { getServerStats } from "@/generated/calls/operations/stats";
import { AnalyticsPage } from "../_analytics/analytics-page";
import { daysOf } from "../_analytics/spans";

export const metadata: Metadata = { title: "Analytics" };

export default async function Page({ searchParams }: { searchParams: Promise<{ days?: string | string[] }> }) {
  const { role } = await requireUser("staff");
  const { days } = await searchParams;
  const [initial, admin] = await Promise.all([
    read(getServerStats, { query: { days: daysOf(days) } }),
    role === "admin" && readForAdmin(),
  ]);
  return <AnalyticsPage initial={initial} admin={admin || null} />;
}

async function readForAdmin() {
  const [sessions, settings] = await Promise.all([read(listActiveSessions, {}), read(getAnalyticsSettings, {})]);
  return { sessions, settings };
}
