/**
 * The programs that run as one bot (docs/decisions/004). One at a time is right; a second one with the same token is a
 * deployment that was not stopped, or a leaked token. Each new instance gets the bot's next epoch; people are told as
 * soon as two are live, and may keep one.
 *
 * Processes. What is connected, and who is refused, is memory of the process that holds the sockets; the epoch is in the
 * database, and `bot.superseded` reaches every process.
 */
import type { Actor } from "@/lib/access";
import type { Emit } from "@/lib/bus";
import { type Clock, iso } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { BotInstance } from "./contract";

type Deps = {
  nextEpoch: (botId: string) => Promise<number>;
  reach(actor: Actor, botId: string, need: "read" | "manage"): Promise<{ id: string; owner_id: number | null }>;
  emit: Emit;
  now: Clock;
  /** An instance that polls is live for this long after its last request. */
  silentAfterMs: number;
};
/** `instance`: what the program calls itself, or the id of its socket when it does not (`declared` false). */
export type Arrival = Pick<BotInstance, "instance" | "address" | "version" | "via" | "declared">;
type Entry = Arrival & { epoch: number; since: number; seen: number; sockets: number };
type Whose = { bot_id: string; owner_id: number | null };

const REFUSED_MS = 3_600_000;
/** A declared instance that left is remembered this long, so that coming back costs no new epoch. */
const REMEMBERED_MS = 600_000;

const superseded = () =>
  new AppError(
    "SUPERSEDED",
    "Another instance of this bot was kept instead of this one: stop this program, or regenerate the bot's token and give it the new one",
  );

export function createInstances({ nextEpoch, reach, emit, now, silentAfterMs }: Deps) {
  const entries = new Map<string, Map<string, Entry>>();
  /** Refused instances of each bot, until when. */
  const refusals = new Map<string, Map<string, number>>();
  /** Bots of which more than one instance was last announced. */
  const alarmed = new Map<string, Whose>();

  const isLive = (entry: Entry) => entry.sockets > 0 || (entry.via === "http" && entry.seen > now() - silentAfterMs);

  const live = (botId: string): BotInstance[] =>
    [...(entries.get(botId)?.values() ?? [])]
      .filter((entry) => entry.epoch > 0 && isLive(entry))
      .sort((a, b) => b.epoch - a.epoch)
      .map(({ instance, epoch, address, since, version, via, declared }) => ({
        ...{ instance, epoch, address, version, via, declared },
        since: iso(since),
      }));

  /** Tells watchers while more than one is live, and once when that is over. */
  function announce(whose: Whose) {
    const instances = live(whose.bot_id);
    if (instances.length > 1) alarmed.set(whose.bot_id, whose);
    else if (!alarmed.delete(whose.bot_id)) return;
    emit("bot.instances", { bot_id: whose.bot_id, owner_id: whose.owner_id, instances });
  }

  function refused(botId: string): { instance: string; until: string }[] {
    const mine = refusals.get(botId);
    for (const [instance, until] of mine ?? []) if (until <= now()) mine!.delete(instance);
    if (mine?.size === 0) refusals.delete(botId);
    return [...(mine ?? [])].map(([instance, until]) => ({ instance, until: iso(until) }));
  }

  /** @throws AppError SUPERSEDED another instance was kept, within the last hour */
  function check(botId: string, instance: string): void {
    if ((refusals.get(botId)?.get(instance) ?? 0) > now()) throw superseded();
  }

  async function arrive(whose: Whose, arrival: Arrival, sockets: number): Promise<void> {
    const mine = entries.get(whose.bot_id) ?? new Map<string, Entry>();
    entries.set(whose.bot_id, mine);
    const known = mine.get(arrival.instance);
    if (known) {
      const news = !isLive(known);
      if (news) known.since = now();
      Object.assign(known, arrival, { seen: now(), sockets: known.sockets + sockets });
      if (news) announce(whose);
      return;
    }
    // Its epoch is 0, and it is not shown, until the database counted it.
    const entry: Entry = { ...arrival, epoch: 0, since: now(), seen: now(), sockets };
    mine.set(arrival.instance, entry);
    try {
      entry.epoch = await nextEpoch(whose.bot_id);
    } catch (error) {
      mine.delete(arrival.instance);
      throw error;
    }
    announce(whose);
  }

  const answer = (botId: string) => ({ bot_id: botId, instances: live(botId), refused: refused(botId) });

  return {
    check,
    /** A socket of an instance opened. */
    connected: (whose: Whose, arrival: Arrival) => arrive(whose, arrival, 1),
    /** A socket of an instance closed. */
    disconnected(whose: Whose, instance: string): void {
      const mine = entries.get(whose.bot_id);
      const entry = mine?.get(instance);
      if (!mine || !entry) return;
      entry.sockets = Math.max(0, entry.sockets - 1);
      entry.seen = now();
      if (entry.sockets === 0 && !entry.declared) mine.delete(instance);
      if (mine.size === 0) entries.delete(whose.bot_id);
      announce(whose);
    },
    /** An instance that names itself asked by HTTP. @throws AppError SUPERSEDED */
    async polled(whose: Whose, arrival: Pick<Arrival, "instance" | "address" | "version">): Promise<void> {
      check(whose.bot_id, arrival.instance);
      const entry = entries.get(whose.bot_id)?.get(arrival.instance);
      // A bot may ask by HTTP beside its socket: the socket says more.
      if (entry && entry.sockets > 0) entry.seen = now();
      else await arrive(whose, { ...arrival, via: "http", declared: true }, 0);
    },
    /** What runs as this bot now. @throws AppError NOT_FOUND */
    async list(actor: Actor, botId: string) {
      await reach(actor, botId, "read");
      return answer(botId);
    },
    /**
     * Keeps one instance: the others are cut off and refused for an hour, or until the token is regenerated.
     *
     * @throws AppError NOT_FOUND  no such bot, or that instance is not live
     * @throws AppError FORBIDDEN  the actor may only read the bot
     */
    async keep(actor: Actor, botId: string, instance: string) {
      await reach(actor, botId, "manage");
      const all = live(botId);
      if (!all.some((one) => one.instance === instance))
        throw new AppError("NOT_FOUND", `No instance ${instance.slice(0, 64)} of this bot is live`);
      const others = all.filter((one) => one.instance !== instance).map((one) => one.instance);
      refusals.get(botId)?.delete(instance);
      if (others.length > 0) emit("bot.superseded", { bot_id: botId, instances: others, until: now() + REFUSED_MS });
      return answer(botId);
    },
    /** A person kept another instance, in whichever process. */
    supersede(botId: string, instances: string[], until: number): void {
      const mine = refusals.get(botId) ?? new Map<string, number>();
      refusals.set(botId, mine);
      for (const instance of instances) {
        mine.set(instance, until);
        entries.get(botId)?.delete(instance);
      }
      const whose = alarmed.get(botId);
      if (whose) announce(whose);
    },
    /** The token was replaced or the bot deleted: nobody is refused any more. */
    forget(botId: string): void {
      refusals.delete(botId);
    },
    /** Polling instances that fell silent end; what is long gone is forgotten. */
    sweep(): void {
      for (const whose of [...alarmed.values()]) if (live(whose.bot_id).length < 2) announce(whose);
      for (const [botId, mine] of entries) {
        for (const [instance, entry] of mine)
          if (entry.epoch > 0 && !isLive(entry) && entry.seen < now() - REMEMBERED_MS) mine.delete(instance);
        if (mine.size === 0) entries.delete(botId);
      }
      for (const botId of [...refusals.keys()]) refused(botId);
    },
  };
}
