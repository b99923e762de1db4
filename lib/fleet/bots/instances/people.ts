/** Shows the programs of a bot to people, and lets them choose the one to keep. */
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { hasDoubles, overlap, type Part } from "@/lib/fleet/bots/contract.shards";
import type { BotService } from "@/lib/fleet/bots/service";
import type { Alarm } from "./alarm";
import type { Refusals } from "./refusals";

type Deps = {
  alarm: Pick<Alarm, "live">;
  refusals: Refusals;
  reach: BotService["reach"];
  partsOf: (botId: string) => Promise<(Part & { status: string })[]>;
  emit: Emit;
  now: Clock;
};

const REFUSED_MS = 3_600_000;

export function createChoice({ alarm, refusals, reach, partsOf, emit, now }: Deps) {
  async function answer(botId: string) {
    const instances = alarm.live(botId);
    return {
      ...{ bot_id: botId, instances, refused: refusals.list(botId), conflict: hasDoubles(instances) },
      parts: await partsOf(botId),
    };
  }

  return {
    /** Lists the programs that run as this bot now. @throws AppError NOT_FOUND */
    async list(actor: Actor, botId: string) {
      await reach(actor, botId, "viewer");
      return answer(botId);
    },
    /**
     * Keeps one instance: the others are disconnected and refused for an hour, or until the token is regenerated.
     *
     * @throws AppError NOT_FOUND  the bot does not exist, or that instance is not live
     * @throws AppError FORBIDDEN  the actor may not control the bot
     */
    async keep(actor: Actor, botId: string, instance: string) {
      await reach(actor, botId, "operator");
      const all = alarm.live(botId);
      const kept = all.find((other) => other.instance === instance);
      if (!kept) throw new AppError("NOT_FOUND", `No instance ${cutText(instance, 64, "")} of this bot is live`);
      const others = all.filter((other) => other !== kept && overlap(other.part, kept.part));
      const target = { type: "instance", id: instance, bot_id: botId };
      describeAct({ target, after: { disconnected: others.map((other) => other.instance) } });
      refusals.remove(botId, instance);
      if (others.length > 0)
        emit("bot.superseded", {
          bot_id: botId,
          instances: others.map((other) => other.instance),
          until: now() + REFUSED_MS,
        });
      return answer(botId);
    },
  };
}
