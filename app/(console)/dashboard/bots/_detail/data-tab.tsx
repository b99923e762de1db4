"use client";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { JsonView } from "@/app/_ui/json-view";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { exportBotData } from "@/generated/calls/fleet/telemetry";
import { apiPath } from "@/lib/client/api";
import { useBotData } from "@/lib/fleet/telemetry/queries";

const COUNTED = ["groups", "friends"] as const;

/** The data that the bot last synced: groups, friends, metadata. */
export function DataTab({ botId }: { botId: string }) {
  const query = useBotData(botId);
  return (
    <QueryState
      query={query}
      data={query.data}
      failure="Synced data could not be loaded"
      loading={<SkeletonRows rows={8} columns={2} />}
    >
      {(data) => <SyncedData botId={botId} data={data} />}
    </QueryState>
  );
}

type SyncedDataProps = { botId: string; data: NonNullable<ReturnType<typeof useBotData>["data"]> };

function SyncedData({ botId, data }: SyncedDataProps) {
  const empty = Object.keys(data.data).length === 0;
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          Data{" "}
          {data.updated_at ? (
            <span className="font-normal text-[13px] text-faint">
              synced <TimeAgo at={data.updated_at} />
            </span>
          ) : null}
        </CardTitle>
        <Button asChild size="sm">
          <a href={apiPath(exportBotData, { bot_id: botId })} download={`${botId}.json`}>
            Export bot as JSON
          </a>
        </Button>
      </CardHeader>
      {empty ? (
        <EmptyState
          title="No synced data yet"
          description="Bots store their groups, friends and metadata with POST /api/bot/{bot_id}/sync. The latest sync appears here."
          docs={{ href: "/docs/api/bots", label: "How bots sync data" }}
        />
      ) : (
        <div className="space-y-3 p-4">
          <p className="tnum flex gap-4 text-muted text-sm">
            {COUNTED.map((key) => {
              const list = data.data[key];
              return Array.isArray(list) ? (
                <span key={key}>
                  {key} <span className="font-semibold text-text">{list.length.toLocaleString("en")}</span>
                </span>
              ) : null;
            })}
          </p>
          <JsonView value={data.data} openDepth={1} />
        </div>
      )}
    </Card>
  );
}
