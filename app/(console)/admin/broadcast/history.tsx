"use client";
import { Megaphone } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import type { Broadcast } from "@/lib/community/notifications/contract";
import { useBroadcasts } from "@/lib/community/notifications/queries.settings";
import { countText } from "@/lib/core/format/units";

const TONE = { low: "neutral", normal: "info", high: "warn" } as const;
const number = (n: number) => n.toLocaleString("en");

/** Earlier broadcasts, and the progress of the latest one. */
export function BroadcastHistory() {
  const list = useBroadcasts();
  return (
    <Card>
      <CardHeader>
        <CardTitle>Sent announcements</CardTitle>
      </CardHeader>
      <QueryState
        query={list}
        data={list.data?.broadcasts}
        failure="Announcements could not be loaded"
        loading={<SkeletonRows rows={3} columns={3} />}
        empty={
          <EmptyState
            icon={<Megaphone />}
            title="No announcements yet"
            description="Announcements you send are listed here with the number of people they reached."
          />
        }
      >
        {(rows) => (
          <ul aria-label="Announcements">
            {rows.map((one) => (
              <Row key={one.broadcast_id} broadcast={one} />
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}

function Row({ broadcast }: { broadcast: Broadcast }) {
  const { title, message, priority, created_at, reached, recipients, finished_at } = broadcast;
  return (
    <li className="border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="min-w-0 break-words font-medium">{title}</span>
        <Badge tone={TONE[priority]}>{priority} priority</Badge>
        <TimeAgo at={created_at} className="text-faint text-xs" />
        <span className="tnum ml-auto text-[13px] text-muted">
          {finished_at
            ? `reached ${countText(reached, "person", "people")}`
            : `sending: ${number(reached)} of ${number(recipients)} people`}
        </span>
      </div>
      <p className="line-clamp-3 whitespace-pre-line break-words text-[13px] text-muted">{message}</p>
    </li>
  );
}
