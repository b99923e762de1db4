/**
 * Exchanges instances between processes: each instance that starts or ends (`bot.instance`), and the full list for a
 * process that joins (`bot.instances_here`). While Redis is unreachable, each process knows only its own instances.
 */
import type { Emit, Facts } from "@/lib/core/bus";
import type { Alarm } from "./alarm";
import type { Elsewhere } from "./elsewhere";
import { type Entries, shownInstance } from "./entries";
import type { Refusals } from "./refusals";

type Deps = { entries: Entries; elsewhere: Elsewhere; refusals: Refusals; alarm: Alarm; emit: Emit };

/** The most instances in one fact. */
const LOT = 500;

export function createProcesses({ entries, elsewhere, refusals, alarm, emit }: Deps) {
  return {
    /** Refuses the other instances after a person kept one, whichever process that request reached. */
    supersede(botId: string, instances: string[], until: number): void {
      for (const instance of instances) {
        refusals.add({ bot_id: botId, instance, until });
        entries.remove(botId, instance);
        elsewhere.dropInstance(botId, instance);
      }
      alarm.review(botId);
    },
    /** Records that an instance has become live, or has ended, in another process. */
    heard(process: string, { bot_id, team_id, instance, live }: Facts["bot.instance"]): void {
      elsewhere.drop(process, bot_id, instance.instance);
      if (!live) return;
      elsewhere.add(process, bot_id, instance);
      alarm.suspect({ bot_id, team_id });
    },
    announced: alarm.announced,
    /** Returns whether another process holds a socket of the bot; that process then delivers the commands queued here. */
    connectedElsewhere: (botId: string): boolean => elsewhere.of(botId).some(({ via }) => via === "socket"),
    /**
     * Sends this process's full list of instances when another process appears, because the new process has received
     * none of it.
     */
    joined(process: string): void {
      elsewhere.dropProcess(process);
      const all = entries
        .allLive()
        .map(({ bot_id, team_id, entry }) => ({ bot_id, team_id, instance: shownInstance(entry) }));
      const refused = refusals.all();
      for (let done = 0; done < Math.max(all.length, refused.length); done += LOT)
        emit("bot.instances_here", {
          instances: all.slice(done, done + LOT),
          refused: refused.slice(done, done + LOT),
        });
    },
    left: elsewhere.dropProcess,
    /** Returns the refusals that this process did not know of. */
    unheard: ({ refused }: Facts["bot.instances_here"]) => refusals.unheard(refused),
  };
}
