/** Heartbeats of this process: kept in memory, and written down together, never with one UPDATE per heartbeat. */
import type { BotStore } from "@/lib/fleet/bots/store";

export function createHeard({ touch }: Pick<BotStore, "touch">) {
  /** When each bot was last heard of (epoch ms), until that is written down. */
  const heard = new Map<string, number>();

  return {
    mark: (botId: string, at: number): void => void heard.set(botId, at),
    /** When a bot was last heard of, if that is not written down yet. */
    last: (botId: string): number | undefined => heard.get(botId),
    async write(): Promise<void> {
      const batch = [...heard];
      heard.clear();
      if (batch.length > 0) await touch(batch);
    },
  };
}
