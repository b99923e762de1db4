"use client";
import Link from "next/link";
import { cn } from "@/app/_ui/cn";
import { keyOf } from "@/lib/core/contract.tag-keys";
import { cutText } from "@/lib/core/format/text";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotList } from "@/lib/fleet/bots/queries";
import { useBotFacets } from "@/lib/fleet/bots/queries.tags";
import { botsAddress } from "./views/address";

type HostBot = Pick<Bot, "status" | "last_active" | "metadata">;
/** The most characters of a host's name, as the filter by host takes them. */
const HOST_MAX = 100;

/** Returns the host that a bot reports in its metadata; undefined when it reports none. */
export function hostOf({ metadata }: Pick<Bot, "metadata">): string | undefined {
  const { host = metadata.hostname } = metadata;
  const name = typeof host === "string" ? cutText(host.trim(), HOST_MAX, "") : "";
  return name || undefined;
}

/** Whether a bot that ran before is offline now. */
export const isDown = ({ status, last_active }: HostBot): boolean => status === "offline" && last_active !== null;

/** Counts the bots that are down on each host. Hosts are compared without regard to case. */
export function downByHost(bots: readonly HostBot[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const bot of bots) {
    const host = isDown(bot) ? hostOf(bot) : undefined;
    if (host) counts.set(keyOf(host), (counts.get(keyOf(host)) ?? 0) + 1);
  }
  return counts;
}

/** Says how many bots of a host are down, which points at the host as the cause, and leads to them. */
export function HostTrouble({ host, down, className }: { host: string; down: number; className?: string }) {
  const { data } = useBotFacets();
  const total = data?.hosts.find(({ value }) => keyOf(value) === keyOf(host))?.count;
  return (
    <Link
      href={botsAddress({ host, status: "offline" })}
      prefetch={false}
      title={`Bots that are down on ${host}`}
      className={cn("text-warn hover:underline", className)}
    >
      {down} {total !== undefined && total >= down ? `of ${total} ` : ""}bots on <bdi>{host}</bdi> are down
    </Link>
  );
}

/** Says of a bot that is down when other bots of its host are down too. */
export function HostSiblings({ bot }: { bot: Bot }) {
  const host = isDown(bot) ? hostOf(bot) : undefined;
  return host === undefined ? null : <DownOnHost host={host} />;
}

function DownOnHost({ host }: { host: string }) {
  const { data } = useBotList({ host, status: "offline" });
  const down = downByHost(data?.pages.flatMap((page) => page.bots) ?? []).get(keyOf(host)) ?? 0;
  return down > 1 ? <HostTrouble host={host} down={down} /> : null;
}
