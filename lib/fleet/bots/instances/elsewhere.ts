/**
 * The programs of bots that other processes announced as live. When a process ends, all of its programs are dropped.
 */
import type { BotInstance } from "@/lib/fleet/bots/contract.instances";

type Announced = { process: string; instance: BotInstance };

export function createElsewhere() {
  const bots = new Map<string, Announced[]>();

  /** Forgets one instance of a bot that a process announced, or all instances of that bot. */
  function drop(process: string, botId: string, instance?: string): void {
    const left = bots
      .get(botId)
      ?.filter(
        (known) => known.process !== process || (instance !== undefined && known.instance.instance !== instance),
      );
    if (left?.length) bots.set(botId, left);
    else bots.delete(botId);
  }

  return {
    of: (botId: string): BotInstance[] => (bots.get(botId) ?? []).map(({ instance }) => instance),
    drop,
    dropProcess(process: string): void {
      for (const botId of [...bots.keys()]) drop(process, botId);
    },
    /** Forgets an instance, whichever process announced it. */
    dropInstance(botId: string, instance: string): void {
      for (const { process } of bots.get(botId) ?? []) drop(process, botId, instance);
    },
    add(process: string, botId: string, instance: BotInstance): void {
      bots.set(botId, [...(bots.get(botId) ?? []), { process, instance }]);
    },
  };
}
export type Elsewhere = ReturnType<typeof createElsewhere>;
