"use client";
import Link from "next/link";
import { Light, StatusDot, statusTone } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import { Skeleton } from "@/app/_ui/skeleton";
import { useLiveStatus } from "@/lib/client/live";
import { useFleet } from "./fleet";

/** A status with more bots than this shows one light and a count (● ×37) instead of a light per bot. */
const LIGHTS_MAX = 10;
const LIVE_WORD = { live: "Live updates", connecting: "Connecting", offline: "Not connected" };
const LIVE_TONE = { live: "ok", connecting: "info", offline: "bad" } as const;

type Group = { status: string; count: number; bots?: { id: string; name: string }[] };

function FleetLights() {
  const { bots, complete, overview, failed } = useFleet();
  let groups: Group[] | undefined;
  if (bots && complete) {
    const byStatus = new Map<string, { id: string; name: string }[]>();
    for (const bot of bots) byStatus.set(bot.status, [...(byStatus.get(bot.status) ?? []), bot]);
    groups = [...byStatus]
      .map(([status, members]) => ({ status, count: members.length, bots: members }))
      .sort((a, b) => b.count - a.count);
  } else if (bots && overview) {
    const total = Math.max(overview.total_bots, bots.length);
    groups = [
      { status: "online", count: overview.online_bots },
      { status: "offline", count: total - overview.online_bots },
    ].filter((group) => group.count > 0);
  }
  if (!groups) return failed ? <span>Bot status unavailable</span> : <Skeleton className="h-3 w-40" />;
  if (groups.length === 0) return <span>No bots yet</span>;
  return (
    <ul aria-label="Fleet" className="flex min-w-0 items-center gap-3 overflow-hidden">
      {groups.map((group) => (
        <li key={group.status} className="flex items-center gap-1">
          {group.bots && group.count <= LIGHTS_MAX ? (
            <span className="hidden items-center sm:flex">
              {group.bots.map((bot) => (
                <Link
                  key={bot.id}
                  href={`/dashboard/bots/${encodeURIComponent(bot.id)}`}
                  aria-label={`${bot.name}: ${group.status}`}
                  title={`${bot.name}: ${group.status}`}
                  className="grid size-6 place-items-center rounded hover:bg-raised"
                >
                  <Light tone={statusTone(group.status)} />
                </Link>
              ))}
            </span>
          ) : null}
          <Link
            href={
              /^(online|offline)$/.test(group.status) ? `/dashboard/bots?status=${group.status}` : "/dashboard/bots"
            }
            title={`${group.count} ${group.status}`}
            aria-label={`${group.count} ${group.status}`}
            // A phone has no room for one light per bot, so it shows the count of each status.
            className={cn(
              "tnum flex h-6 items-center gap-1 rounded px-1 hover:bg-raised",
              group.bots && group.count <= LIGHTS_MAX && "sm:hidden",
            )}
          >
            <Light tone={statusTone(group.status)} />
            <span aria-hidden>×{group.count.toLocaleString("en")}</span>
          </Link>
          <span aria-hidden className="hidden sm:inline">
            {group.status}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The strip at the bottom: a light per bot, the number of pending commands, and whether the page updates live. */
export function StatusStrip() {
  const live = useLiveStatus();
  const { overview } = useFleet();
  return (
    <footer className="sticky bottom-0 z-20 flex h-8 items-center gap-4 border-line border-t bg-panel px-4 text-faint text-xs sm:px-6">
      <FleetLights />
      <div className="ml-auto flex shrink-0 items-center gap-4">
        {overview ? (
          <Link href="/dashboard/commands?status=pending" className="tnum hidden rounded hover:text-text md:inline">
            {overview.pending_commands.toLocaleString("en")} pending{" "}
            {overview.pending_commands === 1 ? "command" : "commands"}
          </Link>
        ) : null}
        <span role="status">
          <StatusDot status={LIVE_WORD[live.status]} tone={LIVE_TONE[live.status]} />
        </span>
      </div>
    </footer>
  );
}
