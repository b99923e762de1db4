/** Programs that may not run as their bot for a while, because a person kept another one. */
import { type Clock, iso } from "@/lib/core/clock";

export type Refusal = { bot_id: string; instance: string; until: number };

export function createRefusals(now: Clock) {
  /** By bot and instance: the end of the refusal (epoch ms). */
  const bots = new Map<string, Map<string, number>>();
  const untilOf = (botId: string, instance: string) => bots.get(botId)?.get(instance) ?? 0;

  /** Lists the refusals of a bot that are still in force. */
  function list(botId: string): { instance: string; until: string }[] {
    const refused = bots.get(botId);
    for (const [instance, until] of refused ?? []) if (until <= now()) refused!.delete(instance);
    if (refused?.size === 0) bots.delete(botId);
    return [...(refused ?? [])].map(([instance, until]) => ({ instance, until: iso(until) }));
  }

  return {
    list,
    has: (botId: string, instance: string): boolean => untilOf(botId, instance) > now(),
    add({ bot_id, instance, until }: Refusal): void {
      bots.set(bot_id, (bots.get(bot_id) ?? new Map<string, number>()).set(instance, until));
    },
    remove: (botId: string, instance: string): void => void bots.get(botId)?.delete(instance),
    /** Drops the bot's refusals: its token was replaced or the bot was deleted. */
    forget: (botId: string): void => void bots.delete(botId),
    all: (): Refusal[] =>
      [...bots].flatMap(([bot_id, refused]) => [...refused].map(([instance, until]) => ({ bot_id, instance, until }))),
    /** Returns those of `refused` that this process did not know of. */
    unheard: (refused: Refusal[]): Refusal[] =>
      refused.filter(({ bot_id, instance, until }) => untilOf(bot_id, instance) < until),
    /** Forgets refusals that have ended. */
    sweep(): void {
      for (const botId of [...bots.keys()]) list(botId);
    },
  };
}
export type Refusals = ReturnType<typeof createRefusals>;
