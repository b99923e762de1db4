"use client";
import { CircleX } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { useBotNames } from "@/lib/fleet/bots/queries";
import { useCommandList, useCommandsLive } from "@/lib/fleet/commands/queries";
import { useRecentErrors, useRecentErrorsLive } from "@/lib/fleet/telemetry/queries";
import { CommandBadge, senderOf } from "../_commands/state";
import { BotLink } from "../_shared/bot-link";

const SHOWN = 8;

type ListCardProps = {
  title: string;
  allHref: string;
  query: { data: unknown; isError: boolean; error: unknown; refetch: () => unknown };
  empty: ReactNode;
  children: ReactNode[];
};

function ListCard({ title, allHref, query, empty, children }: ListCardProps) {
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>{title}</CardTitle>
        <Link href={allHref} prefetch={false} className="text-[13px] text-accent hover:underline">
          See all
        </Link>
      </CardHeader>
      <QueryState
        query={query}
        data={query.data === undefined ? undefined : children}
        failure={`${title} could not be loaded`}
        loading={<SkeletonRows rows={SHOWN} columns={3} />}
        empty={empty}
      >
        {(rows) => <ul className="divide-y divide-line">{rows}</ul>}
      </QueryState>
    </Card>
  );
}

/** The latest commands of one bot, or of all. */
export function RecentCommands({ botId }: { botId?: string }) {
  useCommandsLive(botId);
  const query = useCommandList({ bot_id: botId }, { limit: SHOWN });
  const commands = (query.data?.pages[0]?.commands ?? []).slice(0, SHOWN);
  const names = useBotNames(botId ? [] : commands.map((command) => command.bot_id));
  return (
    <ListCard
      title="Recent commands"
      allHref={botId ? `?tab=commands` : "/dashboard/commands"}
      query={query}
      empty={
        <EmptyState
          title="No commands yet"
          description={botId ? "Send a command with the form above." : "Open a bot to send it a command."}
        />
      }
    >
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
          {botId ? null : (
            <BotLink id={command.bot_id} name={names.get(command.bot_id)} className="min-w-0 shrink text-muted" />
          )}
          <span className="ml-auto min-w-0 max-w-28 truncate text-[13px] text-faint max-sm:hidden" title="Sent by">
            {command.created_by === null ? senderOf(command) : `by ${senderOf(command)}`}
          </span>
          <TimeAgo at={command.created_at} className="shrink-0 text-[13px] text-faint max-sm:ml-auto" />
        </li>
      ))}
    </ListCard>
  );
}

/** The latest error lines over all bots. */
export function RecentErrors() {
  useRecentErrorsLive(undefined, SHOWN);
  const query = useRecentErrors(undefined, SHOWN);
  const names = useBotNames((query.data?.logs ?? []).map((log) => log.bot_id));
  return (
    <ListCard
      title="Recent errors"
      allHref="/dashboard/logs?q=level%3Aerror"
      query={query}
      empty={<EmptyState title="No errors logged" description="Log lines with the level error appear here." />}
    >
      {(query.data?.logs ?? []).map((log) => (
        <li key={log.id} className="flex h-9 items-center gap-3 px-4 text-sm">
          <CircleX className="size-4 shrink-0 text-bad" aria-label="error" />
          <BotLink id={log.bot_id} name={names.get(log.bot_id)} tab="logs" className="max-w-40 shrink-0" />
          <Link
            href={`/dashboard/logs?q=level%3Aerror#L${log.id}`}
            prefetch={false}
            className="min-w-0 truncate py-1 font-mono text-[13px] text-muted hover:text-accent"
          >
            {log.message}
          </Link>
          <TimeAgo at={log.timestamp} className="ml-auto shrink-0 text-[13px] text-faint" />
        </li>
      ))}
    </ListCard>
  );
}
