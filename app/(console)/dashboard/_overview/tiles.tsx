import Link from "next/link";
import { Stat } from "@/app/_ui/card";
import { totalOf } from "@/app/_ui/chart/model";
import type { SeriesAnswer } from "@/lib/fleet/series/queries";
import { ERROR_LEVELS } from "@/lib/fleet/telemetry/queries.errors";
import type { StatsOverview } from "@/lib/operations/stats/contract";
import { ERROR_NAMES, FAILED_NAMES, sumOf } from "../_charts/figures";

const figure = (value: number) => value.toLocaleString("en");

/**
 * The state of the fleet now, and its counts in the page's range of time. Each tile leads to the list of what it counts. Only
 * the logs keep that range.
 */
export function Tiles({ stats, series }: { stats: StatsOverview | undefined; series: SeriesAnswer | undefined }) {
  // Use a span: the figure is rendered inside a paragraph, which may not contain block elements.
  const wait = <span aria-hidden className="my-1.5 block h-5 w-16 animate-pulse rounded bg-raised" />;
  const inRange = (names: readonly string[]) => series && totalOf(sumOf(series, names));
  const [failed, errors] = [inRange(FAILED_NAMES), inRange(ERROR_NAMES)];
  const bad = (count: number | undefined) => (count !== undefined && count > 0 ? ("bad" as const) : undefined);
  const shown = (count: number | undefined) => count !== undefined && figure(count);
  const offline = stats && stats.total_bots - stats.online_bots;
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
      note: offline === undefined ? undefined : offline > 0 ? `${figure(offline)} offline` : "all",
      tone: stats && stats.online_bots > 0 ? ("ok" as const) : undefined,
    },
    {
      href: "/dashboard/commands?status=pending",
      label: "Pending commands",
      value: stats && figure(stats.pending_commands),
      note: "now",
    },
    {
      href: "/dashboard/commands?status=failure",
      label: "Failed commands",
      value: shown(failed),
      note: "in this range",
      tone: bad(failed),
    },
    {
      href: `/dashboard/logs?q=${encodeURIComponent(`level:${ERROR_LEVELS}`)}`,
      label: "Errors logged",
      value: shown(errors),
      note: "in this range",
      tone: bad(errors),
    },
    {
      href: "/dashboard/commands?status=completed",
      label: "Commands done",
      value: shown(inRange(["commands.completed"])),
      note: "in this range",
    },
    { href: "/dashboard/messages", label: "Messages", value: shown(inRange(["messages"])), note: "in this range" },
  ];
  return (
    <ul className="grid grid-cols-2 overflow-hidden rounded-md border border-line bg-line gap-px md:grid-cols-3 xl:grid-cols-6">
      {tiles.map((tile) => (
        <li key={tile.label} className="bg-panel">
          <Link href={tile.href} prefetch={false} className="block h-full hover:bg-raised -outline-offset-2">
            <Stat label={tile.label} value={tile.value || wait} note={tile.note ?? " "} tone={tile.tone} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
