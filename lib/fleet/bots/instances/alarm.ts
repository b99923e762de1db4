/** The alarm that two programs hold the same shard of a bot. Watchers are notified when it starts and when it ends. */
import type { Emit, Facts } from "@/lib/core/bus";
import type { BotInstance } from "@/lib/fleet/bots/contract.instances";
import { hasDoubles } from "@/lib/fleet/bots/contract.shards";
import type { Elsewhere } from "./elsewhere";
import { type Entries, type OwnedBot, shownInstance } from "./entries";

type Deps = { entries: Entries; elsewhere: Elsewhere; emit: Emit };

export function createAlarm({ entries, elsewhere, emit }: Deps) {
  /** Bots for which some process has announced that two programs hold the same shard. */
  const alarmed = new Map<string, OwnedBot>();
  /**
   * Bots that two processes accepted at the same moment, when neither knew of the other's program. The next sweep
   * checks them.
   */
  const suspects = new Map<string, OwnedBot>();

  /**
   * Lists the bot's live instances in all processes, newest first. An instance that moved between processes is listed
   * once.
   */
  function live(botId: string): BotInstance[] {
    const found = new Map(elsewhere.of(botId).map((instance) => [instance.instance, instance]));
    for (const entry of entries.live(botId)) found.set(entry.instance, shownInstance(entry));
    return [...found.values()].sort((a, b) => b.epoch - a.epoch);
  }

  /** Announces the instances while two programs hold the same shard, and once more when that ends. */
  function announce({ bot_id, team_id }: OwnedBot): void {
    const instances = live(bot_id);
    if (hasDoubles(instances)) alarmed.set(bot_id, { bot_id, team_id });
    else if (!alarmed.delete(bot_id)) return;
    emit("bot.instances", { bot_id, team_id, instances });
  }

  return {
    live,
    announce,
    /**
     * Announces the instances of a bot that has an alarm, because one of its two programs may have gone, which ends the
     * alarm.
     */
    review(botId: string): void {
      const bot = alarmed.get(botId);
      if (bot) announce(bot);
    },
    /** Marks a bot to be checked at the next sweep. By then another process may have announced the alarm already. */
    suspect(bot: OwnedBot): void {
      if (!alarmed.has(bot.bot_id) && hasDoubles(live(bot.bot_id))) suspects.set(bot.bot_id, bot);
    },
    /** Notes that a bot belongs to another team now. */
    moved(bot: OwnedBot): void {
      for (const noted of [suspects, alarmed]) if (noted.has(bot.bot_id)) noted.set(bot.bot_id, bot);
    },
    /** Takes over the state of the alarm that another process announced. */
    announced({ bot_id, team_id, instances }: Facts["bot.instances"]): void {
      if (hasDoubles(instances)) alarmed.set(bot_id, { bot_id, team_id });
      else alarmed.delete(bot_id);
    },
    sweep(): void {
      for (const bot of suspects.values()) if (!alarmed.has(bot.bot_id) && hasDoubles(live(bot.bot_id))) announce(bot);
      suspects.clear();
      for (const bot of [...alarmed.values()]) if (!hasDoubles(live(bot.bot_id))) announce(bot);
    },
  };
}
export type Alarm = ReturnType<typeof createAlarm>;
