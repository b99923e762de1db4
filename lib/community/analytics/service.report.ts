/** The figures of a span: staff read them (document 003 "Analytics"). */
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import type { Analytics } from "./contract";
import { addDays, dayOf } from "./days";
import { type Download, download } from "./export";
import { bucketOf, seriesOf, totals } from "./report";
import { asStaff, type Deps } from "./service.common";
import type { Running } from "./store.read";

export function createReports({ store, reader, collector, now }: Omit<Deps, "signOut">) {
  /**
   * Returns the figures of the last `days` UTC days, today included, or of all time for 0. `daily` prevents weekly
   * rows.
   */
  async function report(actor: Actor, days: number, { daily = false } = {}): Promise<Analytics> {
    asStaff(actor);
    await collector.flush();
    const to = dayOf(now());
    const from = days > 0 ? addDays(to, 1 - days) : ((await reader.firstDay()) ?? to);
    const rolled = await store.rolled();
    const { days: rows, platforms, features } = await reader.span(from, to, rolled);
    const bucket = daily ? "day" : bucketOf(from, to);
    return {
      total_users: await reader.users(),
      active_users_7d: await reader.activeSince(addDays(to, -6)),
      ...totals(rows),
      active_users: await reader.activeSince(from),
      days,
      from,
      to,
      previous: days > 0 ? await before(from, days, rolled) : null,
      bucket,
      series: seriesOf(rows, from, to, bucket === "week"),
      platforms: platforms.map(({ name, sessions, actions }) => ({
        platform: name as Running["platform"],
        sessions,
        actions,
      })),
      features: features.map(({ name, actions, views }) => ({ feature: name, actions, page_views: views })),
      top_actions: await reader.topActions(from),
    };
  }

  /** The figures of the `days` days before `from`, to compare the report's range with. */
  async function before(from: string, days: number, rolled: string | null): Promise<Analytics["previous"]> {
    const start = addDays(from, -days);
    const { days: rows } = await reader.span(start, addDays(from, -1), rolled);
    const { keep_days } = await store.settings();
    const kept = start > addDays(dayOf(now()), -keep_days);
    return { active_users: kept ? await reader.activeBetween(start, addDays(from, -1)) : null, ...totals(rows) };
  }

  return {
    report,

    /** The figures of a span as a file. @throws FORBIDDEN for all but staff */
    async export(actor: Actor, query: { days: number; format: "csv" | "json"; bom: boolean }): Promise<Download> {
      return download(await report(actor, query.days, { daily: true }), query.format, iso(now()), query.bom);
    },

    /** Returns when these users were last active (epoch ms), by user id. */
    async lastSeen(userIds: readonly number[]): Promise<Map<number, number>> {
      await collector.flush();
      return reader.lastSeen(userIds);
    },
  };
}
