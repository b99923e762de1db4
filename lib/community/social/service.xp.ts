/** Experience points that people earn by what they do here, and the levels that these reach. */

import type { Actor, UserActor } from "@/lib/core/actor";
import { withoutAct } from "@/lib/core/acts";
import { type Clock, iso } from "@/lib/core/clock";
import { logger } from "@/lib/core/log/logger";
import type { Sections } from "@/lib/core/settings/contract";
import { personOf } from "@/lib/identity/accounts";
import { levelOf } from "./levels";
import { asMember, type DemandMember } from "./service.members";
import type { XpStore } from "./store.xp";

export type Activity = "message_sent" | "ticket_created" | "meme_post" | "game_request";

type Deps = {
  store: XpStore;
  demandMember: DemandMember;
  rules: () => Promise<Sections["xp"]>;
  isOn: () => Promise<boolean>;
  now: Clock;
};

/** The settings name these two cooldowns after other words. */
const COOLDOWNS: Partial<Record<Activity, string>> = {
  message_sent: "message_cooldown",
  meme_post: "meme_fetch_cooldown",
};

export function createXp({ store, demandMember, rules, isOn, now }: Deps) {
  return {
    /** Counts an activity of a person. Other rooms call it after the activity, so it checks no right. */
    async earn({ user_id }: UserActor, activity: Activity): Promise<void> {
      if (!(await isOn())) return;
      const { activity_xp, cooldowns, level_calculation } = await rules();
      const xp = activity_xp[activity] ?? 0;
      if (xp === 0) return;
      const seconds = cooldowns[COOLDOWNS[activity] ?? `${activity}_cooldown`] ?? 0;
      const earning = { userId: user_id, activity, xp, cooldownMs: seconds * 1_000, at: now() };
      const counted = withoutAct(() => store.earn(earning, (total) => levelOf(total, level_calculation).level));
      // The activity has happened: if it looked failed, the app would repeat it.
      await counted.catch((err) => logger.warn({ err, user_id, activity }, "experience could not be counted"));
    },

    /** The points and level of a person, for profiles. Other rooms call it, so it checks no right. */
    async of(userId: number): Promise<{ total_xp: number; level: number }> {
      const total_xp = await store.totalOf(userId);
      return { total_xp, level: levelOf(total_xp, (await rules()).level_calculation).level };
    },

    /** @throws FORBIDDEN for people who are no members */
    async leaderboard(actor: Actor, limit: number) {
      await asMember(demandMember, actor);
      const { level_calculation } = await rules();
      const rows = limit === 0 ? [] : await store.leaders(limit);
      const leaderboard = rows.map((row, at) => {
        const total_xp = Number(row.total);
        const { level, missing } = levelOf(total_xp, level_calculation);
        return { ...personOf(row), rank: at + 1, total_xp, xp: total_xp, level, xp_for_next_level: missing };
      });
      return { success: true as const, leaderboard, total: await store.countEarners() };
    },

    /** @throws FORBIDDEN for people who are no members */
    async levelUps(actor: Actor, limit: number) {
      await asMember(demandMember, actor);
      const rows = limit === 0 ? [] : await store.levelUps(limit);
      const levelups = rows.map((row) => ({ ...personOf(row), new_level: row.level, timestamp: iso(row.at) }));
      return { success: true as const, levelups, count: levelups.length };
    },
  };
}
