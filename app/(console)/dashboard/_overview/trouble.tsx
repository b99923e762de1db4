"use client";
import { CircleCheck } from "lucide-react";
import { useMemo } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import type { Bot } from "@/lib/bots/contract";
import { useBotList, useBotsLive } from "@/lib/bots/queries";
import { errorText } from "@/lib/client/api";
import { BotLink } from "../_parts/bot-link";

const SHOWN = 8;

/** Why a bot needs a look, worst first; null when it does not. */
export function troubleOf(bot: Bot): { rank: number; text: string } | null {
  if (bot.status !== "online" && bot.status !== "offline" && bot.status !== "idle") {
    return { rank: 0, text: `reports “${bot.status}”` };
  }
  if (bot.status === "offline" && bot.last_active !== null && bot.pending_commands > 0) {
    return { rank: 1, text: `offline with ${bot.pending_commands} pending` };
  }
  if (bot.status === "offline" && bot.last_active !== null) return { rank: 2, text: "offline" };
  if (bot.pending_commands >= 20) return { rank: 3, text: `${bot.pending_commands} commands waiting` };
  return null;
}

/** Bots that need a look first: reported trouble, gone offline, a queue that piles up. */
export function Trouble() {
  useBotsLive();
  const { data, error, isPending, refetch } = useBotList({ sort: "status" });
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
  const more = troubled.length - SHOWN;
  return (
    <Card>
      <CardHeader>
        <CardTitle>
          Needs a look {troubled.length > 0 ? <span className="tnum text-faint">{troubled.length}</span> : null}
        </CardTitle>
      </CardHeader>
      {error && !data ? (
        <ErrorState title="Bots could not be loaded" message={errorText(error)} onRetry={refetch} />
      ) : isPending ? (
        <SkeletonRows rows={3} columns={3} />
      ) : troubled.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-3 text-muted text-sm">
          <CircleCheck className="size-4 text-ok" aria-hidden /> Every bot that was ever connected is online.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {troubled.slice(0, SHOWN).map(({ bot, text }) => (
            <li key={bot.id} className="flex min-h-9 flex-wrap items-center gap-x-3 px-4 py-1 text-sm">
              <StatusDot status={bot.status} className="w-24" />
              <BotLink id={bot.id} name={bot.name} className="min-w-0 max-w-56" />
              <span className="text-muted">{text}</span>
              <span className="ml-auto text-[13px] text-faint">
                since <TimeAgo at={bot.status_since} />
              </span>
            </li>
          ))}
          {more > 0 ? (
            <li className="px-4 py-2 text-[13px]">
              <a href="/dashboard/bots?status=offline" className="text-accent hover:underline">
                {more} more
              </a>
            </li>
          ) : null}
        </ul>
      )}
    </Card>
  );
}
