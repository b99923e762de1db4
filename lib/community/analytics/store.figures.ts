/** Sums over single sessions. Used both to store the sums of a past day and for the days that are not summed up yet. */
import { type Queries, sql } from "@/lib/core/db";

export const ALL = "*";
export type Figures = {
  day: string;
  /** The feature; "*" means all features together. */
  feature: string;
  platform: string;
  /** Distinct people; 0 in rows of a single feature. */
  users: number;
  sessions: number;
  seconds: number;
  actions: number;
  views: number;
};

/** Sums up the sessions of these days. The caller adds the columns by which they are grouped. */
const sessions = (queries: Queries, from: string, to: string) =>
  queries
    .selectFrom("analytics_session")
    .where("day", ">=", from)
    .where("day", "<=", to)
    .select((eb) => [
      eb.fn.count<number>("user_id").distinct().as("users"),
      eb.fn.countAll<number>().as("sessions"),
      eb.fn.sum<number>(sql`(last_activity - started_at) / 1000`).as("seconds"),
    ]);

/** Counts actions and views in the sessions of the days, by day, platform and feature. */
const uses = (queries: Queries, from: string, to: string) =>
  queries
    .selectFrom("analytics_use as u")
    .innerJoin("analytics_session as s", "s.id", "u.session_id")
    .select(["s.day", "s.platform", "u.feature"])
    .select((eb) => {
      const views = eb.case().when("u.action", "=", "view").then(eb.ref("u.count")).else(0).end();
      const actions = eb.case().when("u.action", "=", "view").then(0).else(eb.ref("u.count")).end();
      return [eb.fn.sum<number>(actions).as("actions"), eb.fn.sum<number>(views).as("views")];
    })
    .where("s.day", ">=", from)
    .where("s.day", "<=", to)
    .groupBy(["s.day", "s.platform", "u.feature"]);

/** Rows of the days `from` to `to`, both included: per day, per day and platform, and per day, platform and feature. */
export async function figures(queries: Queries, from: string, to: string): Promise<Figures[]> {
  const rows = new Map<string, Figures>();
  const row = (day: string, feature: string, platform: string): Figures => {
    const key = `${day} ${feature} ${platform}`;
    const known = rows.get(key);
    if (known) return known;
    const fresh = { day, feature, platform, users: 0, sessions: 0, seconds: 0, actions: 0, views: 0 };
    rows.set(key, fresh);
    return fresh;
  };
  for (const { day, ...sums } of await sessions(queries, from, to).select("day").groupBy("day").execute())
    Object.assign(row(day, ALL, ALL), sums);
  const byPlatform = sessions(queries, from, to).select(["day", "platform"]).groupBy(["day", "platform"]);
  for (const { day, platform, ...sums } of await byPlatform.execute()) Object.assign(row(day, ALL, platform), sums);
  for (const { day, platform, feature, actions, views } of await uses(queries, from, to).execute())
    for (const sum of [row(day, feature, platform), row(day, ALL, platform), row(day, ALL, ALL)]) {
      sum.actions += actions;
      sum.views += views;
    }
  return [...rows.values()];
}
