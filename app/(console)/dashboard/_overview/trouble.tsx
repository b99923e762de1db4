"use client";
import Link from "next/link";
import { useMemo } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { CalmNote } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo, TimeFor } from "@/app/_ui/time";
import { keyOf } from "@/lib/core/contract.tag-keys";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotList, useBotsLive } from "@/lib/fleet/bots/queries";
import { useRecentErrors } from "@/lib/fleet/telemetry/queries";
import { BotLink, botHref } from "../_shared/bot-link";
import { downByHost, HostTrouble, hostOf, isDown } from "../_shared/host-siblings";

const SHOWN = 6;
/** A queue this long means that the bot does not keep up. */
const PILE = 20;

const LOUD = /^(error|failed|crashed|critical)$/i;
const UNEASY = /^(degraded|warning|stopping|restarting)$/i;

/** Returns why a bot needs attention, `rank` 0 being the worst; null when it does not. */
function troubleOf(bot: Bot): { rank: number; text: string } | null {
  const waiting = bot.pending_commands > 0 ? `${bot.pending_commands} pending` : "";
  if (LOUD.test(bot.status)) return { rank: 0, text: waiting };
  if (UNEASY.test(bot.status)) return { rank: 1, text: waiting };
  // A bot that was never started is not a problem.
  if (bot.status === "offline" && bot.last_active !== null) return { rank: waiting ? 2 : 3, text: waiting };
  if (bot.pending_commands >= PILE) return { rank: 4, text: waiting };
  return null;
}

/**
 * Lists the bots that need attention: those that report trouble, went offline or have a long queue. `expected` is an
 * estimate of their number: it gives the placeholder the list's height, so that the page does not jump when bots arrive.
 */
export function Trouble({ expected }: { expected: number }) {
  useBotsLive();
  const list = useBotList({ sort: "status" });
  const { data, hasNextPage } = list;
  const troubled = useMemo(
    () =>
      (data?.pages ?? [])
        .flatMap((page) => page.bots)
        .flatMap((bot) => {
          const trouble = troubleOf(bot);
          return trouble ? [{ bot, ...trouble }] : [];
        })
        .sort((a, b) => a.rank - b.rank || b.bot.status_since.localeCompare(a.bot.status_since)),
    [data],
  );
  const hosts = useMemo(() => firstOfHosts(troubled.map(({ bot }) => bot)), [troubled]);
  const more = troubled.length - SHOWN;
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>
          Needs attention{" "}
          {troubled.length > 0 ? (
            <span className="tnum text-faint">
              {troubled.length}
              {hasNextPage ? "+" : ""}
            </span>
          ) : null}
        </CardTitle>
      </CardHeader>
      <QueryState
        query={list}
        data={list.data && troubled}
        failure="Bots could not be loaded"
        loading={<SkeletonRows rows={Math.min(Math.max(expected, 1), SHOWN)} columns={3} />}
        empty={<CalmNote>All connected bots are online.</CalmNote>}
      >
        {() => (
          <ul className="divide-y divide-line">
            {troubled.slice(0, SHOWN).map(({ bot, text }) => (
              <li key={bot.id} className="px-4 py-1.5 text-sm">
                <div className="flex h-6 items-center gap-3">
                  <StatusDot status={bot.status} className="w-24 shrink-0" />
                  <BotLink id={bot.id} name={bot.name} className="min-w-0" />
                  <span className="shrink-0 text-muted">
                    {text}
                    {text ? (
                      <span className="max-sm:hidden"> {bot.pending_commands === 1 ? "command" : "commands"}</span>
                    ) : null}
                  </span>
                  <HostOf trouble={hosts.get(bot.id)} />
                  <span className="ml-auto shrink-0 text-[13px] text-faint">
                    <span className="max-sm:hidden">{bot.status} </span>for <TimeFor at={bot.status_since} />
                  </span>
                </div>
                {bot.error_logs > 0 ? <Reason botId={bot.id} /> : null}
              </li>
            ))}
            {more > 0 ? (
              <li className="px-4 py-2 text-[13px]">
                <Link href="/dashboard/bots?sort=status" className="text-accent hover:underline">
                  {more}
                  {hasNextPage ? "+" : ""} more
                </Link>
              </li>
            ) : null}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}

type HostCount = { host: string; down: number };

/** Returns the hosts with several bots that are down, each by the id of the bot that is listed first. */
function firstOfHosts(bots: readonly Bot[]): ReadonlyMap<string, HostCount> {
  const left = new Map(downByHost(bots));
  const first = new Map<string, HostCount>();
  for (const bot of bots) {
    const host = isDown(bot) ? hostOf(bot) : undefined;
    const down = host === undefined ? 0 : (left.get(keyOf(host)) ?? 0);
    if (host === undefined || down < 2) continue;
    first.set(bot.id, { host, down });
    left.delete(keyOf(host));
  }
  return first;
}

/** The note about a host in a row, which has no room for it on a phone. There the page of the bot says it. */
function HostOf({ trouble }: { trouble: HostCount | undefined }) {
  return trouble ? <HostTrouble {...trouble} className="min-w-0 truncate text-[13px] max-sm:hidden" /> : null;
}

/** The last error that a bot logged, which is the likeliest reason of its trouble. */
function Reason({ botId }: { botId: string }) {
  const { data, isPending } = useRecentErrors(botId, 1);
  const log = data?.logs[0];
  if (!log) return isPending ? <Skeleton className="my-1 w-2/3" /> : null;
  return (
    <p className="flex h-6 items-center gap-2 text-[13px]">
      <span className="shrink-0 text-faint">Last error</span>
      <Link
        href={`${botHref(botId, "logs")}#L${log.id}`}
        prefetch={false}
        className="min-w-0 truncate font-mono text-muted hover:text-accent hover:underline"
      >
        {log.message}
      </Link>
      <TimeAgo at={log.timestamp} className="ml-auto shrink-0 text-faint" />
    </p>
  );
}
