/** Computes what readers see of a status page from its bots, their changes of status, incidents and maintenance windows. */
import { iso } from "@/lib/core/clock";
import { type BotNow, uptime } from "@/lib/fleet/bots";
import type { Component } from "./contract";
import { HISTORY_DAYS, OUTAGES_MAX, UPTIME_DAYS } from "./contract.constants";
import type { Incident } from "./contract.incidents";
import type { StatusLine, StatusReport } from "./contract.public";

export const DAY_MS = 86_400_000;
/** A bot that is offline for a shorter time has restarted, and readers need not know. */
const OUTAGE_MIN_MS = 60_000;
/** Statuses by which a bot says itself that something is wrong with it. */
const TROUBLE = new Set(["error", "failed", "crashed", "degraded", "critical", "conflict"]);

type Change = { status: string; at: number };
type Window = { starts_at: number; ends_at: number; is_active: boolean };
/** One line of a page with the bots that it stands for. */
export type Line = { component: Component; bots: BotNow[] };
export type Known = {
  at: number;
  /** Changes of status by bot, oldest first; the first may lie before the days that are shown. */
  changes: ReadonlyMap<string, Change[]>;
  /** Active and upcoming times of maintenance by bot. */
  windows: ReadonlyMap<string, Window[]>;
};

const isOnline = ({ status }: BotNow): boolean => status !== "offline";

/** Returns the mean of the shares that are known. */
export const mean = (shares: (number | null)[]): number | null => {
  const known = shares.filter((share) => share !== null);
  return known.length > 0 ? known.reduce((sum, share) => sum + share, 0) / known.length : null;
};

function stateOf(bots: readonly BotNow[], { windows }: Pick<Known, "windows">): StatusLine["state"] {
  const heard = bots.filter(({ reported }) => reported);
  if (heard.length === 0) return "unknown";
  const isServed = ({ id }: BotNow) => windows.get(id)?.some(({ is_active }) => is_active) ?? false;
  const down = heard.filter((bot) => !isOnline(bot) && !isServed(bot));
  if (down.length === heard.length) return "outage";
  if (down.length > 0) return "degraded";
  if (heard.every(isServed) || !heard.every(isOnline)) return "maintenance";
  return heard.some(({ status }) => TROUBLE.has(status.toLowerCase())) ? "degraded" : "operational";
}

const nameOf = ({ component, bots }: Line): string =>
  component.name || (component.tag ?? bots[0]?.name ?? component.bot_id!);

/** Shows one line: its state, and its uptime as the mean of its bots. */
export function lineOf(line: Line, known: Known): StatusLine {
  const from = known.at - UPTIME_DAYS * DAY_MS;
  const shares = line.bots.map(({ id, created_at }) =>
    uptime(known.changes.get(id) ?? [], from, known.at, UPTIME_DAYS, created_at),
  );
  return {
    ...{ name: nameOf(line), state: stateOf(line.bots, known), bots: line.bots.length },
    up: line.bots.filter(isOnline).length,
    uptime: mean(shares.map((one) => one.uptime)),
    days: Array.from({ length: UPTIME_DAYS }, (_, day) => mean(shares.map(({ slots }) => slots[day]!))),
  };
}

/** Lists the times in which the bots of lines of one bot were offline, newest first. */
export function outagesOf(lines: readonly Line[], { at, changes }: Known): StatusReport["outages"] {
  const from = at - HISTORY_DAYS * DAY_MS;
  const outages = lines.flatMap((line) => {
    const [bot] = line.bots;
    if (line.component.bot_id === undefined || !bot) return [];
    const all = changes.get(bot.id) ?? [];
    return all.flatMap((change, index) => {
      const ended = all[index + 1]?.at ?? null;
      const isOutage = change.status === "offline" && change.at > bot.created_at;
      if (!isOutage || (ended ?? at) < from || (ended ?? at) - change.at < OUTAGE_MIN_MS) return [];
      return [{ name: nameOf(line), started_at: change.at, ended_at: ended }];
    });
  });
  return outages
    .toSorted((one, other) => other.started_at - one.started_at)
    .slice(0, OUTAGES_MAX)
    .map(({ name, started_at, ended_at }) => ({
      ...{ name, started_at: iso(started_at), ended_at: ended_at === null ? null : iso(ended_at) },
    }));
}

/** Lists the times of maintenance of all lines, each once, the next first. */
export function maintenanceOf(lines: readonly Line[], { windows }: Known): StatusReport["maintenance"] {
  const times = new Map<string, { window: Window; names: Set<string> }>();
  for (const line of lines)
    for (const { id } of line.bots)
      for (const window of windows.get(id) ?? []) {
        const key = `${window.starts_at}-${window.ends_at}`;
        const time = times.get(key) ?? { window, names: new Set() };
        times.set(key, time);
        time.names.add(nameOf(line));
      }
  return [...times.values()]
    .toSorted((one, other) => one.window.starts_at - other.window.starts_at)
    .map(({ window: { starts_at, ends_at, is_active }, names }) => ({
      ...{ names: [...names], starts_at: iso(starts_at), ends_at: iso(ends_at), is_active },
    }));
}

/** Sums up the page: what is worst counts, and an open incident counts as people rated it. */
export function pageState(
  lines: readonly Pick<StatusLine, "state">[],
  incidents: readonly Pick<Incident, "impact" | "state">[],
): StatusReport["state"] {
  const open = incidents.filter(({ state }) => state !== "resolved");
  const has = (state: StatusLine["state"]) => lines.some((line) => line.state === state);
  const isEach = (state: StatusLine["state"]) => lines.length > 0 && lines.every((line) => line.state === state);
  if (open.some(({ impact }) => impact === "major") || isEach("outage")) return "outage";
  if (open.length > 0 || has("outage") || has("degraded")) return "degraded";
  if (has("maintenance")) return "maintenance";
  return isEach("unknown") ? "unknown" : "operational";
}
