/** Reads analytics: past days from their stored sums, later days from the sessions. */
import { inList, query } from "@/lib/core/db";
import { countUsers, discordIds, signInOrigins, userNames, userRoles } from "@/lib/identity/accounts";
import type { Role } from "@/lib/identity/accounts/contract";
import type { Platform } from "./contract";
import { addDays, startOf } from "./days";
import { ALL, type Figures, figures } from "./store.figures";

/** Longest lists of a report. */
const MAX_FEATURES = 50;
const MAX_ACTIONS = 10;

type DayRow = Omit<Figures, "feature" | "platform">;
type Sum = { sessions: number; actions: number; views: number };
export type Running = {
  id: string;
  user_id: number;
  username: string;
  platform: Platform;
  device: string | null;
  version: string | null;
  started_at: number;
  last_activity: number;
  login_id: string | null;
  key_id: string | null;
  role: Role;
  discord_id: string | null;
  ip: string | null;
  user_agent: string | null;
  last_endpoint: string | null;
};

/** Returns the stored sums of the period's past days, and computes the rest. */
async function sumsOf(from: string, to: string, rolled: string | null) {
  const summedTo = rolled !== null && rolled < to ? rolled : to;
  const liveFrom = rolled !== null && rolled >= from ? addDays(rolled, 1) : from;
  return {
    summed: rolled !== null && rolled >= from ? { from, to: summedTo } : null,
    live: liveFrom <= to ? await figures(query(), liveFrom, to) : [],
  };
}

/** Sums grouped by a column of analytics_day. */
function grouped(
  column: "platform" | "feature",
  summed: { from: string; to: string } | null,
): Promise<(Sum & { name: string })[]> {
  if (!summed) return Promise.resolve([]);
  return query()
    .selectFrom("analytics_day")
    .select((eb) => [
      eb.ref(column).as("name"),
      eb.fn.sum<number>("sessions").as("sessions"),
      eb.fn.sum<number>("actions").as("actions"),
      eb.fn.sum<number>("views").as("views"),
    ])
    .where("day", ">=", summed.from)
    .where("day", "<=", summed.to)
    .where(column, "<>", ALL)
    .$if(column === "platform", (days) => days.where("feature", "=", ALL))
    .groupBy(column)
    .execute();
}

function merged(rows: (Sum & { name: string })[]): (Sum & { name: string })[] {
  const by = new Map<string, Sum & { name: string }>();
  for (const { name, sessions, actions, views } of rows) {
    const sum = by.get(name) ?? { name, sessions: 0, actions: 0, views: 0 };
    by.set(name, {
      name,
      sessions: sum.sessions + sessions,
      actions: sum.actions + actions,
      views: sum.views + views,
    });
  }
  return [...by.values()].sort(
    (a, b) => b.sessions - a.sessions || b.actions + b.views - (a.actions + a.views) || (a.name < b.name ? -1 : 1),
  );
}

/** Reads all figures of a period except distinct people. Days are in order; days without use have no row. */
async function readSpan(from: string, to: string, rolled: string | null) {
  const { summed, live } = await sumsOf(from, to, rolled);
  const past: DayRow[] = summed
    ? await query()
        .selectFrom("analytics_day")
        .select(["day", "users", "sessions", "seconds", "actions", "views"])
        .where("day", ">=", summed.from)
        .where("day", "<=", summed.to)
        .where("feature", "=", ALL)
        .where("platform", "=", ALL)
        .orderBy("day")
        .execute()
    : [];
  const today = live.filter((row) => row.feature === ALL && row.platform === ALL);
  const named = (rows: Figures[], column: "platform" | "feature") =>
    rows.map((row) => ({ name: row[column], sessions: row.sessions, actions: row.actions, views: row.views }));
  return {
    days: [...past, ...today.sort((a, b) => (a.day < b.day ? -1 : 1))],
    platforms: merged([
      ...(await grouped("platform", summed)),
      ...named(
        live.filter((row) => row.feature === ALL && row.platform !== ALL),
        "platform",
      ),
    ]),
    features: merged([
      ...(await grouped("feature", summed)),
      ...named(
        live.filter((row) => row.feature !== ALL),
        "feature",
      ),
    ]).slice(0, MAX_FEATURES),
  };
}

/** Returns the first day that has data. */
async function findFirstDay(): Promise<string | null> {
  const firstOf = (table: "analytics_day" | "analytics_session") =>
    query()
      .selectFrom(table)
      .select((eb) => eb.fn.min<string | null>("day").as("day"))
      .executeTakeFirstOrThrow();
  const days = [await firstOf("analytics_day"), await firstOf("analytics_session")].map(({ day }) => day);
  return days.filter((day) => day !== null).sort()[0] ?? null;
}

/** People seen on `day` or later. */
async function countActiveSince(day: string): Promise<number> {
  const { people } = await query()
    .selectFrom("analytics_user")
    .select((eb) => eb.fn.countAll<number>().as("people"))
    .where("last_seen", ">=", startOf(day))
    .executeTakeFirstOrThrow();
  return people;
}

/** Distinct people of past days, from their sessions. */
async function countActiveBetween(from: string, to: string): Promise<number> {
  const { people } = await query()
    .selectFrom("analytics_session")
    .select((eb) => eb.fn.count<number>("user_id").distinct().as("people"))
    .where("day", ">=", from)
    .where("day", "<=", to)
    .executeTakeFirstOrThrow();
  return people;
}

/** The most frequent actions since `from`, in the sessions that are kept. */
const listTopActions = (from: string): Promise<{ feature: string; action: string; count: number }[]> =>
  query()
    .selectFrom("analytics_use as u")
    .innerJoin("analytics_session as s", "s.id", "u.session_id")
    .select((eb) => ["u.feature", "u.action", eb.fn.sum<number>("u.count").as("count")])
    .where("s.day", ">=", from)
    .where("u.action", "<>", "view")
    .groupBy(["u.feature", "u.action"])
    .orderBy((eb) => eb.fn.sum("u.count"), "desc")
    .orderBy("u.action")
    .limit(MAX_ACTIONS)
    .execute();

/** Sessions with a request since `since` (epoch ms), the latest first, and how many there are. */
async function listRunning(since: number, limit: number): Promise<{ rows: Running[]; count: number }> {
  const open = query()
    .selectFrom("analytics_session as s")
    .where("s.open_key", "is not", null)
    .where("s.last_activity", ">=", since);
  const rows = await open
    .innerJoin(userNames().as("u"), "u.id", "s.user_id")
    .innerJoin(userRoles().as("r"), "r.id", "s.user_id")
    .leftJoin(discordIds().as("d"), "d.user_id", "s.user_id")
    .leftJoin(signInOrigins().as("o"), "o.id", "s.login_id")
    .select(["s.id", "s.user_id", "u.username", "s.platform", "s.device", "s.version"])
    .select(["r.role", "d.discord_id", "o.ip", "o.user_agent", "s.last_endpoint"])
    .select(["s.started_at", "s.last_activity", "s.login_id", "s.key_id"])
    .orderBy("s.last_activity", "desc")
    .orderBy("s.id")
    .limit(limit)
    .$castTo<Running>()
    .execute();
  const { count } = await open.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  return { rows, count };
}

/** When these users were last here (epoch ms), by user's id. */
async function readLastSeen(userIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await query()
    .selectFrom("analytics_user")
    .select(["user_id", "last_seen"])
    .where("user_id", "in", inList(userIds))
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.last_seen]));
}

export const createAnalyticsReader = () => ({
  span: readSpan,
  firstDay: findFirstDay,
  activeSince: countActiveSince,
  activeBetween: countActiveBetween,
  users: () => countUsers(),
  topActions: listTopActions,
  running: listRunning,
  lastSeen: readLastSeen,
});

export type AnalyticsReader = ReturnType<typeof createAnalyticsReader>;
