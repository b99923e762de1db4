/** Bots of document 004: GET shows the queue without a lease, and `clear` completes what was shown. */
import type { Command } from "@/lib/fleet/commands/contract";
import type { Deps } from "@/lib/fleet/commands/service.deps";

/** Commands one reading shows. */
const SHOWN_MAX = 1_000;

export const createClearing = ({ store, emit, now }: Deps) => ({
  /** Pending commands, at most 1000; `counts` when the bot itself reads. Nothing is leased. The caller checked the right. */
  show: (botId: string, counts: boolean): Promise<Command[]> => store.show(botId, now(), SHOWN_MAX, counts),

  /**
   * Completes what the bot's last GET showed, or everything pending when none came since the last clear, so that a
   * command which arrived between GET and clear stays. The caller checked the right.
   *
   * @returns how many it completed
   */
  async clear(botId: string, owner_id: number | null): Promise<number> {
    const at = now();
    const { ids, upTo } = await store.shown(botId, at);
    const settled = await Promise.all(
      ids.map((id) => store.settle({ id, bot_id: botId, status: "completed", result: "{}", at })),
    );
    const won = settled.filter((outcome) => outcome.won);
    for (const { command } of won) emit("command.settled", { command, owner_id });
    // Last: should it fail, the next clear goes by the same reading, and does not take what came after it.
    if (upTo !== null) await store.forgetShown(botId, upTo);
    return won.length;
  },
});
