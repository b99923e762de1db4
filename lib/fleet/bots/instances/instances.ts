/**
 * The programs that run as one bot (docs/decisions/004). One at a time is right; a second one with the same token is a
 * deployment that was not stopped, or a leaked token. Each new instance gets the bot's next epoch; people are told as
 * soon as two are live, and may keep one. A sharded bot is several programs, each with a part: disjoint parts live side by side.
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
  /** An instance that polls is live for this long after its last request. */
  silentAfterMs: number;
  /** Called when a program that holds a part of the bot came, or came back. */
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
    /** An instance that names itself asked by HTTP. @throws AppError as `check` does */
    async polled(bot: OwnedBot, arrival: Pick<Arrival, "instance" | "address" | "version" | "part">): Promise<void> {
      check(bot.bot_id, arrival);
      const entry = entries.get(bot.bot_id, arrival.instance);
      // An HTTP request of an instance that also holds a socket only renews its time: the socket tells more about it.
      if (entry && entry.sockets > 0) entry.seen = deps.now();
      else await arrive(bot, { ...arrival, via: "http", declared: true }, 0);
    },
    forget: refusals.forget,
    /** Parts whose programs are live in this process. */
    liveParts: (): { bot_id: string; part: Part }[] =>
      entries.allLive().flatMap(({ bot_id, entry }) => (entry.part ? [{ bot_id, part: entry.part }] : [])),
    /** Polling instances that fell silent end; what is long gone is forgotten. */
    sweep(): void {
      alarm.sweep();
      entries.sweep(share);
      refusals.sweep();
    },
  };
}
