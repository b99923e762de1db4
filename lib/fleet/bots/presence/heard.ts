/**
 * Heartbeats of this process: collected in memory and stored together, so that a heartbeat does not cost an UPDATE
 * each.
 */
import type { BotStore } from "@/lib/fleet/bots/store";

export function createHeard({ touch }: Pick<BotStore, "touch">) {
  /** By bot: the time of its last heartbeat (epoch ms), until that is stored. */
  const heard = new Map<string, number>();

  return {
    mark: (botId: string, at: number): void => void heard.set(botId, at),
    /** Returns the time of a bot's last heartbeat; undefined when it is already stored. */
    last: (botId: string): number | undefined => heard.get(botId),
    async write(): Promise<void> {
      const batch = [...heard];
      heard.clear();
      if (batch.length > 0) await touch(batch);
    },
  };
}
