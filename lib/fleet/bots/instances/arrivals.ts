/**
 * Programs that start and end in this process: each new one gets the bot's next epoch, and the other processes are
 * informed.
 */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { HELD_MAX, heldBy, type Part } from "@/lib/fleet/bots/contract.shards";
import type { Alarm } from "./alarm";
import type { Elsewhere } from "./elsewhere";
import { type Arrival, type Entries, type Entry, type OwnedBot, shownInstance } from "./entries";
import type { Refusals } from "./refusals";

type Deps = {
  entries: Entries;
  elsewhere: Elsewhere;
  refusals: Refusals;
  alarm: Alarm;
  nextEpoch: (botId: string) => Promise<number>;
  /** Called when a program that holds a part of the bot has connected, for the first time or again. */
  partArrived: (bot: OwnedBot, part: Part) => Promise<void>;
  emit: Emit;
  now: Clock;
};

const superseded = () =>
  new AppError(
    "SUPERSEDED",
    "Another instance of this bot was kept instead of this one: stop this program, or regenerate the bot's token and give it the new one",
  );

export function createArrivals(deps: Deps) {
  const { entries, elsewhere, alarm, nextEpoch, emit, now } = deps;

  /** Tells the other processes when an instance of this process has become live, or has ended. */
  function share({ bot_id, team_id }: OwnedBot, entry: Entry): void {
    const live = entry.epoch > 0 && entries.isLive(entry);
    if (live === entry.isKnownElsewhere) return;
    entry.isKnownElsewhere = live;
    emit("bot.instance", { bot_id, team_id, instance: shownInstance(entry), live });
  }

  async function announceArrival(bot: OwnedBot, entry: Entry): Promise<void> {
    share(bot, entry);
    alarm.announce(bot);
    if (entry.part) await deps.partArrived(bot, entry.part);
  }

  /**
   * Gives a new instance the next epoch. An instance that moved here from another process, or that polls several
   * processes, keeps its epoch.
   */
  async function count(bot: OwnedBot, entry: Entry): Promise<void> {
    const moved = elsewhere.of(bot.bot_id).find((known) => known.declared && known.instance === entry.instance);
    if (moved) return void Object.assign(entry, { epoch: moved.epoch, since: Date.parse(moved.since) });
    try {
      entry.epoch = await nextEpoch(bot.bot_id);
    } catch (error) {
      entries.remove(bot.bot_id, entry.instance);
      throw error;
    }
  }

  async function arrive(bot: OwnedBot, arrival: Arrival, sockets: number): Promise<void> {
    const known = entries.get(bot.bot_id, arrival.instance);
    if (!known) {
      const entry = entries.add(bot, arrival, sockets);
      await count(bot, entry);
      return announceArrival(bot, entry);
    }
    const isBack = !entries.isLive(known);
    if (isBack) known.since = now();
    Object.assign(known, arrival, { seen: now(), sockets: known.sockets + sockets });
    if (isBack) await announceArrival(bot, known);
    else share(bot, known);
  }

  return { share, arrive, check: createCheck(deps) };
}

function createCheck({ entries, refusals }: Pick<Deps, "entries" | "refusals">) {
  /**
   * @throws AppError SUPERSEDED     another instance was kept, within the last hour
   * @throws AppError INVALID_INPUT  the programs of the bot would hold more shards than any bot has
   */
  return (botId: string, { instance, part }: Pick<Arrival, "instance" | "part">): void => {
    if (refusals.has(botId, instance)) throw superseded();
    if (!part) return;
    const others = entries.live(botId).filter((entry) => entry.instance !== instance);
    if (heldBy([part, ...others.map((entry) => entry.part)]) > HELD_MAX)
      throw invalid("part", `the programs of a bot hold at most ${HELD_MAX} shards together`);
  };
}
