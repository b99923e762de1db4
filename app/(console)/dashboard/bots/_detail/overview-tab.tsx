"use client";
import { Stat } from "@/app/_ui/card";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton } from "@/app/_ui/skeleton";
import { failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import type { BotInfo } from "@/lib/fleet/bots/queries";
import { LastErrorWaiting } from "./last-error-waiting";
import { UptimeCard } from "./uptime-card";

/** Loaded right after the page. The placeholder has the height of a form without parameters. */
const BotComposer = lazyPart(
  () => import("./bot-composer").then((part) => part.BotComposer),
  () => <Skeleton className="h-[29rem] w-full rounded-md" />,
);

const LastError = lazyPart(() => import("./last-error").then((part) => part.LastError), LastErrorWaiting);

/** Loaded after the page, which is about the bot as it is now. The placeholder has the height of the charts. */
const BotHistory = lazyPart(
  () => import("./bot-history").then((part) => part.BotHistory),
  () => <Skeleton className="h-[740px] w-full rounded-md xl:col-span-2" />,
);

/** Shows the bot's figures, its last error, the command composer and its latest commands. */
export function OverviewTab({ info }: { info: BotInfo }) {
  const { bot, stats } = info;
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
        <BotComposer bot={bot} />
      </div>
      <BotHistory bot={bot} />
    </div>
  );
}
