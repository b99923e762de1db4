"use client";
import Link from "next/link";
import { StatusDot } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import { LoadMore } from "@/app/_ui/load-more";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { useBotList } from "@/lib/fleet/bots/queries";

/** A bot with another status is up. */
const SURFACES: Partial<Record<string, string>> = {
  offline: "border-line bg-panel",
  error: "border-bad bg-bad-soft",
};

type BotTilesProps = { bots: readonly Bot[]; list: ReturnType<typeof useBotList> };

/** The list as tiles, for a screen that a team looks at from afar: each has the status, the name and what needs attention. */
export function BotTiles({ bots, list }: BotTilesProps) {
  return (
    <>
      <ul
        aria-label="Bots"
        className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-2 p-2 2xl:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))]"
      >
        {bots.map((bot) => (
          <li key={bot.id} data-bot={bot.id} className="[contain-intrinsic-size:auto_5rem] [content-visibility:auto]">
            <Tile bot={bot} />
          </li>
        ))}
      </ul>
      <LoadMore list={list}>Load more</LoadMore>
    </>
  );
}

function Tile({ bot }: { bot: Bot }) {
  const failures = failuresOf(bot);
  const notes = [
    [bot.pending_commands, "pending", "text-muted"],
    [failures, failures === 1 ? "failure" : "failures", "text-bad"],
    [bot.error_logs, bot.error_logs === 1 ? "error" : "errors", "text-bad"],
  ] as const;
  return (
    <Link
      href={botHref(bot.id)}
      className={cn(
        "flex h-20 flex-col justify-between rounded-md border p-2 hover:border-line-strong",
        SURFACES[bot.status] ?? "border-line bg-raised",
      )}
    >
      <bdi className="truncate font-medium">{bot.name}</bdi>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-[13px]">
        <StatusDot status={bot.status} />
        {notes.map(([count, label, tone]) =>
          count > 0 ? (
            <span key={label} className={cn("tnum whitespace-nowrap", tone)}>
              {count.toLocaleString("en")} {label}
            </span>
          ) : null,
        )}
      </span>
    </Link>
  );
}
