"use client";
import { CircleX } from "lucide-react";
import Link from "next/link";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { TimeAgo } from "@/app/_ui/time";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useRecentErrors, useRecentErrorsLive } from "@/lib/fleet/telemetry/queries";
import { LastErrorWaiting } from "./last-error-waiting";

/** The newest error line of the bot, live. */
export function LastError({ bot }: { bot: Bot }) {
  useRecentErrorsLive(bot.id, 1);
  const { data, isPending } = useRecentErrors(bot.id, 1);
  const log = data?.logs[0];
  if (!log) return isPending ? <LastErrorWaiting bot={bot} /> : null;
  return (
    <Card className="border-bad/40">
      <CardHeader>
        <CardTitle className="flex items-center gap-2 text-bad">
          <CircleX className="size-4" aria-hidden /> Last error
        </CardTitle>
        <TimeAgo at={log.timestamp} className="text-[13px] text-faint" />
      </CardHeader>
      <Link
        href={`${botHref(bot.id, "logs")}#L${log.id}`}
        prefetch={false}
        className="line-clamp-4 block whitespace-pre-wrap break-words px-4 py-3 font-mono text-[13px] hover:text-accent"
      >
        {log.message}
      </Link>
    </Card>
  );
}
