"use client";
import Link from "next/link";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { CommandBadge, senderOf } from "@/app/(console)/dashboard/_commands/state";
import { useCommandList, useCommandsLive } from "@/lib/fleet/commands/queries";

const SHOWN = 8;

/** The latest commands of a bot. */
export function RecentCommands({ botId }: { botId: string }) {
  useCommandsLive(botId);
  const query = useCommandList({ bot_id: botId }, { limit: SHOWN });
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>Recent commands</CardTitle>
        <Link href="?tab=commands" prefetch={false} className="text-[13px] text-accent hover:underline">
          See all
        </Link>
      </CardHeader>
      <QueryState
        query={query}
        data={query.data && (query.data.pages[0]?.commands ?? []).slice(0, SHOWN)}
        failure="Recent commands could not be loaded"
        loading={<SkeletonRows rows={SHOWN} columns={3} />}
        empty={<EmptyState title="No commands yet" description="Commands that are sent to this bot appear here." />}
      >
        {(commands) => (
          <ul className="divide-y divide-line">
            {commands.map((command) => (
              <li key={command.id} className="flex h-9 items-center gap-3 px-4 text-sm">
                <span className="w-24 shrink-0">
                  <CommandBadge command={command} />
                </span>
                <Link
                  href={`/dashboard/commands?command=${encodeURIComponent(command.id)}`}
                  prefetch={false}
                  className="min-w-0 truncate py-1 font-mono text-[13px] hover:text-accent hover:underline"
                >
                  {command.type}
                </Link>
                <span
                  className="ml-auto min-w-0 max-w-28 truncate text-[13px] text-faint max-sm:hidden"
                  title="Sent by"
                >
                  {command.created_by === null ? senderOf(command) : `by ${senderOf(command)}`}
                </span>
                <TimeAgo at={command.created_at} className="shrink-0 text-[13px] text-faint max-sm:ml-auto" />
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}
