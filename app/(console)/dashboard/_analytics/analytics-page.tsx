"use client";
import { ChartLine, Download } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "@/app/_ui/address-state";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { cn } from "@/app/_ui/cn";
import { EmptyState, ErrorState, StaleNote } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem } from "@/app/_ui/menu";
import { PageHeader } from "@/app/_ui/page-header";
import { Skeleton } from "@/app/_ui/skeleton";
import { exportAnalytics } from "@/generated/calls/community/analytics";
import { apiPath, errorText } from "@/lib/client/api";
import type { Analytics, AnalyticsSettings } from "@/lib/community/analytics/contract";
import type { useActiveSessions } from "@/lib/community/analytics/queries";
import { useServerStats } from "@/lib/operations/stats/queries";
import { ActiveSessions } from "./active-sessions";
import { Features, Platforms, TopActions } from "./breakdowns";
import { DEFAULT_SPAN, daysOf, SPAN_LABELS, SPANS } from "./spans";
import { Tiles } from "./tiles";
import { Trend } from "./trend";

// The form's library is 12 kB, which only admins who scroll to the end of the page need.
const Retention = lazyPart(
  () => import("./retention").then((part) => part.Retention),
  () => <Skeleton className="h-48 w-full rounded-md" />,
);

type Props = {
  initial: NonNullable<Parameters<typeof useServerStats>[1]>;
  /** Present for admins only. */
  admin: {
    sessions: Parameters<typeof useActiveSessions>[0];
    settings: AnalyticsSettings & { version: number };
  } | null;
};

/** Usage of this server. All staff may read it; only admins see who is active right now. */
export function AnalyticsPage({ initial, admin }: Props) {
  const [span, setSpan] = useQueryState("days", parseAsStringLiteral(SPANS).withDefault(DEFAULT_SPAN));
  const days = daysOf(span);
  const { data, error, isError, isPlaceholderData, refetch } = useServerStats(days, initial);
  const report = data?.series ? (data as Analytics) : undefined;
  return (
    <>
      <PageHeader
        title="Analytics"
        description="Activity of people and API keys, not bots, by UTC day. A session is one sign-in or API key on one platform in a day. ▲ and ▼ compare with the same number of days before."
        actions={
          <>
            <fieldset className="flex gap-1">
              <legend className="sr-only">Time range</legend>
              {SPANS.map((one) => (
                <Button
                  key={one}
                  size="sm"
                  variant={one === span ? "default" : "ghost"}
                  aria-pressed={one === span}
                  onClick={() => void setSpan(one)}
                >
                  {SPAN_LABELS[one]}
                </Button>
              ))}
            </fieldset>
            <Menu
              trigger={
                <Button size="sm">
                  <Download aria-hidden /> Export
                </Button>
              }
            >
              {(["csv", "json"] as const).map((format) => (
                <MenuItem key={format} onSelect={() => save(apiPath(exportAnalytics, {}, { days, format, bom: "1" }))}>
                  {format === "csv" ? "CSV, one row per day" : "JSON, all data"}
                </MenuItem>
              ))}
            </Menu>
          </>
        }
      />
      <div className="space-y-4" aria-busy={isPlaceholderData}>
        {isError && report ? (
          <div className="overflow-hidden rounded-md border border-line">
            <StaleNote message={errorText(error)} onRetry={() => void refetch()} />
          </div>
        ) : null}
        {report ? (
          <div className={cn("space-y-4 transition-opacity duration-100", isPlaceholderData && "opacity-60")}>
            <Report report={report} />
          </div>
        ) : isError ? (
          <Card>
            <ErrorState
              title="Analytics could not be loaded"
              message={errorText(error)}
              onRetry={() => void refetch()}
            />
          </Card>
        ) : (
          <Skeleton className="h-[36rem] w-full rounded-md" />
        )}
        {admin ? <ActiveSessions initial={admin.sessions} /> : null}
        {admin ? <Retention initial={admin.settings} /> : null}
      </div>
    </>
  );
}

/** Downloads the response of an address without leaving the page, even if the response is an error. */
function save(href: string) {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  link.click();
}

function Report({ report }: { report: Analytics }) {
  const empty = report.total_sessions === 0 && report.total_actions === 0 && report.page_views === 0;
  return (
    <>
      <Tiles report={report} />
      {empty ? (
        <Card>
          <EmptyState
            icon={<ChartLine aria-hidden />}
            title="No activity in this time range"
            description="Sessions, actions and page views appear here when people sign in or use the API with a key."
          />
        </Card>
      ) : (
        <>
          <Trend series={report.series} bucket={report.bucket} />
          <div className="grid gap-4 lg:grid-cols-2 xl:grid-cols-3">
            <Features rows={report.features} />
            <TopActions rows={report.top_actions} />
            <Platforms rows={report.platforms} />
          </div>
        </>
      )}
    </>
  );
}
