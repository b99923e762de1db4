/** Bots of document 004: GET shows the queue without a lease, and `clear` completes the commands that GET showed. */
import type { Command } from "@/lib/fleet/commands/contract";
import type { Deps } from "@/lib/fleet/commands/service.deps";

/** The most commands that one GET shows. */
const SHOWN_MAX = 1_000;

export const createClearing = ({ store, emit, now }: Deps) => ({
  /**
   * Lists pending commands, at most 1000, without leasing them. `counts` is true when the bot itself reads. The caller
   * has checked the actor's rights.
   */
  show: (botId: string, counts: boolean): Promise<Command[]> => store.show(botId, now(), SHOWN_MAX, counts),

  /**
   * Completes the commands that the bot's last GET showed, or all pending ones if there was no GET since the last
   * clear. A command that arrived between GET and clear thus stays. The caller has checked the actor's rights.
   *
   * @returns the number of completed commands
   */
  async clear(botId: string, team_id: number | null): Promise<number> {
    const at = now();
    const { ids, upTo } = await store.shown(botId, at);
    const settled = await Promise.all(
      ids.map((id) => store.settle({ id, bot_id: botId, status: "completed", result: "{}", at })),
    );
    const won = settled.filter((outcome) => outcome.won);
    for (const { command } of won) emit("command.settled", { command, team_id });
    // Forget the marker last: if this fails, the next clear uses the same marker and does not complete later commands.
    if (upTo !== null) await store.forgetShown(botId, upTo);
    return won.length;
  },
});
