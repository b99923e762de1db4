/** The programs of bots that other processes announced as live in them. All of a process ends with it. */
import type { BotInstance } from "@/lib/fleet/bots/contract.instances";

type Announced = { process: string; instance: BotInstance };

export function createElsewhere() {
  const bots = new Map<string, Announced[]>();

  /** Forgets what a process announced of a bot: one instance, or all. */
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
