/** Experience points by person and activity, and the levels that they reached. */

import { lockName, type Queries, query, transaction } from "@/lib/core/db";
import { CARD_COLUMNS, type CommunityCard, communityCards } from "@/lib/identity/accounts";
import { LEVEL_UPS_MAX } from "./contract.hub";

/** An integer of both databases. */
const XP_MAX = 2_000_000_000;

type Earning = { userId: number; activity: string; xp: number; cooldownMs: number; at: number };

async function totalOf(queries: Queries, userId: number): Promise<number> {
  const { total } = await queries
    .selectFrom("experience")
    .select((eb) => eb.fn.sum<number | null>("xp").as("total"))
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return Number(total ?? 0);
}

/**
 * Adds points unless the activity earned some within its cooldown, and notes a level that they reach.
 *
 * @param levelAt the level of a number of points
 */
const earn = ({ userId, activity, xp, cooldownMs, at }: Earning, levelAt: (xp: number) => number): Promise<void> =>
  transaction(async (trx) => {
    // Without the lock, two activities of one moment would each miss the other's points in the total.
    await lockName(trx, `xp:${userId}`);
    const before = await trx
      .selectFrom("experience")
      .select(["xp", "earned_at"])
      .where("user_id", "=", userId)
      .where("activity", "=", activity)
      .executeTakeFirst();
    if (before && before.earned_at > at - cooldownMs) return;
    const total = await totalOf(trx, userId);
    const added = Math.min(xp, XP_MAX - (before?.xp ?? 0));
    if (before)
      await trx
        .updateTable("experience")
        .set((eb) => ({ xp: eb("xp", "+", added), times: eb("times", "+", 1), earned_at: at }))
        .where("user_id", "=", userId)
        .where("activity", "=", activity)
        .execute();
    else
      await trx.insertInto("experience").values({ user_id: userId, activity, xp, times: 1, earned_at: at }).execute();
    const level = levelAt(total + added);
    if (level === levelAt(total)) return;
    await trx.insertInto("level_up").values({ user_id: userId, level, at }).execute();
    await trx
      .deleteFrom("level_up")
      .where("seq", "<=", (eb) =>
        eb.selectFrom("level_up").select("seq").orderBy("seq", "desc").limit(1).offset(LEVEL_UPS_MAX),
      )
      .execute();
  });

const leaders = (limit: number): Promise<(CommunityCard & { total: number })[]> =>
  query()
    .selectFrom(
      query()
        .selectFrom("experience")
        .select("user_id")
        .select((eb) => eb.fn.sum<number>("xp").as("total"))
        .groupBy("user_id")
        .as("x"),
    )
    .innerJoin(communityCards().as("p"), "p.id", "x.user_id")
    .select(["x.total", ...CARD_COLUMNS])
    .orderBy("x.total", "desc")
    .orderBy("x.user_id")
    .limit(limit)
    .$castTo<CommunityCard & { total: number }>()
    .execute();

const levelUps = (limit: number): Promise<(CommunityCard & { level: number; at: number })[]> =>
  query()
    .selectFrom("level_up as l")
    .innerJoin(communityCards().as("p"), "p.id", "l.user_id")
    .select(["l.level", "l.at", ...CARD_COLUMNS])
    .orderBy("l.seq", "desc")
    .limit(limit)
    .$castTo<CommunityCard & { level: number; at: number }>()
    .execute();

async function countEarners(): Promise<number> {
  const { total } = await query()
    .selectFrom("experience")
    .select((eb) => eb.fn.count<number>("user_id").distinct().as("total"))
    .executeTakeFirstOrThrow();
  return total;
}

export const createXpStore = () => ({
  earn,
  leaders,
  levelUps,
  countEarners,
  totalOf: (userId: number) => totalOf(query(), userId),
});
export type XpStore = ReturnType<typeof createXpStore>;
