"use client";
import { CircleX } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { Card, CardHeader, CardTitle, Stat } from "@/app/_ui/card";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { CommandComposer } from "@/app/(console)/dashboard/_composer/composer";
import { KNOWN } from "@/app/(console)/dashboard/_composer/known-commands";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { BotInfo } from "@/lib/fleet/bots/queries";
import { useCommand } from "@/lib/fleet/commands/queries";
import { useRecentErrors, useRecentErrorsLive } from "@/lib/fleet/telemetry/queries";
import { UptimeCard } from "./uptime-card";

/** Loaded after the page, which is about the bot as it is now. The placeholder has the height of the charts. */
const BotHistory = lazyPart(
  () => import("./bot-history").then((part) => part.BotHistory),
  () => <Skeleton className="h-[740px] w-full rounded-md xl:col-span-2" />,
);

/** Shows the bot's figures, its last error, the command composer and its latest commands. */
export function OverviewTab({ info }: { info: BotInfo }) {
  const { bot, stats } = info;
  const query = useSearchParams();
  const rerun = query.get("rerun");
  // An empty type opens the form alone; a link can fill it in: ?type=ping.
  const type = query.get("type");
  const again = useCommand(rerun);
  const figures = [
    { label: "Pending", note: "commands now", value: stats.pending_commands },
    { label: "Done", note: "commands stored", value: stats.completed_commands },
    {
      label: "Failures",
      note: "commands stored",
      value: failuresOf(stats),
      tone: failuresOf(stats) > 0 ? ("bad" as const) : undefined,
    },
    {
      label: "Error logs",
      note: "lines stored",
      value: bot.error_logs,
      tone: bot.error_logs > 0 ? ("bad" as const) : undefined,
    },
  ];
  const waiting = rerun !== null && again.isPending && !again.error;
  const asked = again.data?.command ?? (type === null ? undefined : { type, payload: KNOWN[type] ?? {} });
  const draft = asked && { type: asked.type, payload: writeJson(asked.payload, 2) };
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <div className="min-w-0 space-y-4">
        <div className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-4">
          {figures.map((figure) => (
            <Stat
              key={figure.label}
              label={figure.label}
              value={figure.value.toLocaleString("en")}
              tone={figure.tone}
              note={figure.note}
              className="bg-panel"
            />
          ))}
        </div>
        <UptimeCard bot={bot} />
        <LastError bot={bot} />
      </div>
      <div className="min-w-0">
        {waiting ? (
          <Skeleton className="h-80 w-full" />
        ) : (
          <CommandComposer key={rerun ?? type} bot={bot} initial={draft} autoFocus={type !== null} />
        )}
      </div>
      <BotHistory botId={bot.id} />
    </div>
  );
}

function LastError({ bot }: { bot: Bot }) {
  useRecentErrorsLive(bot.id, 1);
  const { data, isPending } = useRecentErrors(bot.id, 1);
  const log = data?.logs[0];
  // Reserve one line, because most messages take one.
  if (!log) return isPending && bot.error_logs > 0 ? <Skeleton className="h-[5.5625rem] w-full" /> : null;
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
