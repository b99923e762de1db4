/**
 * The programs that run as one bot (docs/decisions/004). Normally there is one; a second one with the same token means
 * a deployment that was not stopped, or a leaked token. Each new instance gets the bot's next epoch. As soon as two are
 * live, people are alerted and may keep one of them. A sharded bot runs as several programs, each with a part: parts
 * without a common shard may be live together.
 */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { Part } from "@/lib/fleet/bots/contract.shards";
import type { BotService } from "@/lib/fleet/bots/service";
import { createAlarm } from "./alarm";
import { createArrivals } from "./arrivals";
import { createElsewhere } from "./elsewhere";
import { type Arrival, createEntries, type OwnedBot } from "./entries";
import { createChoice } from "./people";
import { createProcesses } from "./processes";
import { createRefusals } from "./refusals";

type Deps = {
  nextEpoch: (botId: string) => Promise<number>;
  reach: BotService["reach"];
  emit: Emit;
  now: Clock;
  /** Milliseconds for which a polling instance counts as live after its last request. */
  silentAfterMs: number;
  /** Called when a program that holds a part of the bot has connected, for the first time or again. */
  partArrived: (bot: OwnedBot, part: Part) => Promise<void>;
  partsOf: (botId: string) => Promise<(Part & { status: string })[]>;
};

export function createInstances(deps: Deps) {
  const entries = createEntries(deps);
  const elsewhere = createElsewhere();
  const refusals = createRefusals(deps.now);
  const alarm = createAlarm({ ...deps, entries, elsewhere });
  const { check, arrive, share } = createArrivals({ ...deps, entries, elsewhere, refusals, alarm });

  return {
    ...createChoice({ ...deps, alarm, refusals }),
    ...createProcesses({ ...deps, entries, elsewhere, refusals, alarm }),
    check,
    /** A socket of an instance opened. */
    connected: (bot: OwnedBot, arrival: Arrival): Promise<void> => arrive(bot, arrival, 1),
    /** A socket of an instance closed. */
    disconnected(bot: OwnedBot, instance: string): void {
      const entry = entries.get(bot.bot_id, instance);
      if (!entry) return;
      entry.sockets = Math.max(0, entry.sockets - 1);
      entry.seen = deps.now();
      if (entry.sockets === 0 && !entry.declared) entries.remove(bot.bot_id, instance);
      share(bot, entry);
      alarm.announce(bot);
    },
    /** Records an HTTP request of an instance that names itself. @throws AppError as `check` does */
    async polled(bot: OwnedBot, arrival: Pick<Arrival, "instance" | "address" | "version" | "part">): Promise<void> {
      check(bot.bot_id, arrival);
      const entry = entries.get(bot.bot_id, arrival.instance);
      // If the instance also holds a socket, an HTTP request only renews its time: the socket's entry has more details.
      if (entry && entry.sockets > 0) entry.seen = deps.now();
      else await arrive(bot, { ...arrival, via: "http", declared: true }, 0);
    },
    forget: refusals.forget,
    moved(bot: OwnedBot): void {
      entries.moved(bot);
      alarm.moved(bot);
    },
    /** Lists the parts whose programs are live in this process. */
    liveParts: (): { bot_id: string; part: Part }[] =>
      entries.allLive().flatMap(({ bot_id, entry }) => (entry.part ? [{ bot_id, part: entry.part }] : [])),
    /** Ends polling instances that fell silent, and forgets instances and refusals that ended long ago. */
    sweep(): void {
      alarm.sweep();
      entries.sweep(share);
      refusals.sweep();
    },
  };
}
