"use client";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { CalmNote } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeFor } from "@/app/_ui/time";
import { useAlerts } from "@/lib/operations/alerts/queries";
import { SeverityMark } from "../_alerts/labels";

const SHOWN = 6;

/** The alerts that are firing, the most severe first. */
export function FiringAlerts() {
  const query = useAlerts({ state: "firing" });
  const alerts = query.data?.pages.flatMap((page) => page.alerts);
  const more = (alerts?.length ?? 0) - SHOWN;
  const plus = query.hasNextPage ? "+" : "";
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>
          Firing alerts{" "}
          {alerts && alerts.length > 0 ? (
            <span className="tnum text-faint">
              {alerts.length}
              {plus}
            </span>
          ) : null}
        </CardTitle>
        <Link href="/dashboard/alerts" prefetch={false} className="text-[13px] text-accent hover:underline">
          See all
        </Link>
      </CardHeader>
      <QueryState
        query={query}
        data={alerts}
        failure="Alerts could not be loaded"
        loading={<SkeletonRows rows={1} columns={3} />}
        empty={<CalmNote>No alerts are firing.</CalmNote>}
      >
        {(all) => (
          <ul className="divide-y divide-line">
            {all.slice(0, SHOWN).map((alert) => (
              <li key={alert.alert_id} className="flex min-h-9 items-center gap-3 px-4 py-1 text-sm">
                <SeverityMark severity={alert.severity} className="w-20 shrink-0" />
                <Link
                  href={`/dashboard/alerts?alert=${encodeURIComponent(alert.alert_id)}`}
                  prefetch={false}
                  className="min-w-0 truncate py-0.5 hover:text-accent hover:underline"
                >
                  {alert.message}
                </Link>
                {alert.members > 1 ? (
                  <Badge className="shrink-0 max-sm:hidden">
                    {alert.open_members} of {alert.members}
                  </Badge>
                ) : null}
                <span className="ml-auto shrink-0 text-[13px] text-faint">
                  <span className="max-sm:hidden">for </span>
                  <TimeFor at={alert.timestamp} />
                </span>
              </li>
            ))}
            {more > 0 ? (
              <li className="px-4 py-2 text-[13px]">
                <Link href="/dashboard/alerts" className="text-accent hover:underline">
                  {more}
                  {plus} more
                </Link>
              </li>
            ) : null}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}
