import Link from "next/link";
import { Stat } from "@/app/_ui/card";
import { failuresOf } from "@/app/(console)/dashboard/_shared/failures";
import type { StatsOverview } from "@/lib/operations/stats/contract";

const figure = (value: number) => value.toLocaleString("en");

/** The counts of the fleet; each leads to the list it counts. Before data arrives the tiles have their final size. */
export function Tiles({ stats }: { stats: StatsOverview | undefined }) {
  // Use a span: the figure is rendered inside a paragraph, which may not contain block elements.
  const wait = <span aria-hidden className="my-1.5 block h-5 w-16 animate-pulse rounded bg-raised" />;
  const tiles = [
    {
      href: "/dashboard/bots?status=online",
      label: "Bots up",
      value: stats && (
        <>
          {figure(stats.online_bots)}
          <span className="font-normal text-base text-faint"> / {figure(stats.total_bots)}</span>
        </>
      ),
      note: stats && (stats.online_bots < stats.total_bots ? `${stats.total_bots - stats.online_bots} offline` : "all"),
      tone: stats && stats.online_bots > 0 ? ("ok" as const) : undefined,
    },
    {
      href: "/dashboard/commands?status=pending",
      label: "Pending commands",
      value: stats && figure(stats.pending_commands),
      note: stats && `of ${figure(stats.total_commands)} stored`,
    },
    {
      href: "/dashboard/commands?status=failure",
      label: "Command failures",
      value: stats && figure(failuresOf(stats)),
      note: stats && `of ${figure(stats.total_commands)} stored`,
      tone: stats && failuresOf(stats) > 0 ? ("bad" as const) : undefined,
    },
    {
      href: "/dashboard/logs?q=level%3Aerror",
      label: "Error logs",
      value: stats && figure(stats.error_logs),
      note: stats && `of ${figure(stats.total_logs)} lines stored`,
      tone: stats && stats.error_logs > 0 ? ("bad" as const) : undefined,
    },
    { href: "/dashboard/logs", label: "Logs", value: stats && figure(stats.total_logs), note: "lines stored" },
    {
      href: "/dashboard/messages",
      label: "Messages",
      value: stats && figure(stats.total_messages),
      note: "stored, seen by bots",
    },
  ];
  return (
    <ul className="grid grid-cols-2 overflow-hidden rounded-md border border-line bg-line gap-px md:grid-cols-3 xl:grid-cols-6">
      {tiles.map((tile) => (
        <li key={tile.label} className="bg-panel">
          <Link href={tile.href} prefetch={false} className="block h-full hover:bg-raised -outline-offset-2">
            <Stat label={tile.label} value={tile.value ?? wait} note={tile.note ?? " "} tone={tile.tone} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
