/**
 * The programs that run as one bot (docs/decisions/004). One at a time is right; a second one with the same token is a
 * deployment that was not stopped, or a leaked token. Each new instance gets the bot's next epoch; people are told as
 * soon as two are live, and may keep one. A sharded bot is several programs, each with a part: disjoint parts live side by side.
 *
 * Processes. Each knows its own and tells the others of what comes and goes (`bot.instance`), and all of it to one that
 * joins (`bot.instances_here`); what a process told ends with it. Epochs are in the database. While Redis is away each knows
 * of its own alone.
 */
import type { Actor } from "@/lib/core/actor";
import type { Emit, Facts } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { BotInstance } from "./contract.instances";
import { HELD_MAX, hasDoubles, heldBy, overlap, type Part } from "./contract.shards";
import type { BotService } from "./service";

type Deps = {
  nextEpoch: (botId: string) => Promise<number>;
  reach: BotService["reach"];
  emit: Emit;
  now: Clock;
  /** An instance that polls is live for this long after its last request. */
  silentAfterMs: number;
  /** A program that holds a part of the bot came, or came back. */
  partArrived: (whose: Whose, part: Part) => Promise<void>;
  partsOf: (botId: string) => Promise<(Part & { status: string })[]>;
};
/** `instance`: what the program calls itself, or the id of its socket when it does not (`declared` false). */
export type Arrival = Pick<BotInstance, "instance" | "address" | "version" | "via" | "declared" | "part">;
/** `isKnownElsewhere`: the other processes count this instance as live. */
type Entry = Arrival & {
  epoch: number;
  since: number;
  seen: number;
  sockets: number;
  isKnownElsewhere: boolean;
  owner_id: number | null;
};
type Whose = { bot_id: string; owner_id: number | null };
type Elsewhere = { process: string; one: BotInstance };

const REFUSED_MS = 3_600_000;
/** A declared instance that left is remembered this long, so that coming back costs no new epoch. */
const REMEMBERED_MS = 600_000;
/** Instances of one fact. */
const LOT = 500;

const superseded = () =>
  new AppError(
    "SUPERSEDED",
    "Another instance of this bot was kept instead of this one: stop this program, or regenerate the bot's token and give it the new one",
  );

export function createInstances({ nextEpoch, reach, emit, now, silentAfterMs, partArrived, partsOf }: Deps) {
  const entries = new Map<string, Map<string, Entry>>();
  /** Refused instances of each bot, until when. */
  const refusals = new Map<string, Map<string, number>>();
  /** Bots of which more than one instance was last announced, by whichever process. */
  const alarmed = new Map<string, Whose>();
  /** Instances of each bot that other processes announced. */
  const elsewhere = new Map<string, Elsewhere[]>();
  /** Bots two processes let in at the same moment: neither knew of the other's. */
  const suspects = new Map<string, Whose>();

  const isLive = (entry: Entry) => entry.sockets > 0 || (entry.via === "http" && entry.seen > now() - silentAfterMs);

  const shown = ({ instance, epoch, address, since, version, via, declared, part }: Entry): BotInstance => ({
    ...{ instance, epoch, address, version, via, declared, part },
    since: iso(since),
  });
  const here = (botId: string): Entry[] =>
    [...(entries.get(botId)?.values() ?? [])].filter((entry) => entry.epoch > 0 && isLive(entry));

  /** By whichever process, the newest first. One that moved from a process to another is one. */
  function live(botId: string): BotInstance[] {
    const found = new Map((elsewhere.get(botId) ?? []).map(({ one }) => [one.instance, one]));
    for (const entry of here(botId)) found.set(entry.instance, shown(entry));
    return [...found.values()].sort((a, b) => b.epoch - a.epoch);
  }

  /** Tells the other processes what became of one of this process's. */
  function tell(whose: Whose, entry: Entry) {
    const now = entry.epoch > 0 && isLive(entry);
    if (now === entry.isKnownElsewhere) return;
    entry.isKnownElsewhere = now;
    emit("bot.instance", { bot_id: whose.bot_id, owner_id: whose.owner_id, instance: shown(entry), live: now });
  }

  /** Forgets what a process told: of one instance, or of all. */
  function drop(process: string, botId: string, instance?: string) {
    const left = elsewhere
      .get(botId)
      ?.filter((one) => one.process !== process || (instance !== undefined && one.one.instance !== instance));
    if (left?.length) elsewhere.set(botId, left);
    else elsewhere.delete(botId);
  }
  function dropAll(process: string) {
    for (const botId of [...elsewhere.keys()]) drop(process, botId);
  }

  /** Notifies watchers while two programs hold the same part, and once when that ends. */
  function announce(whose: Whose) {
    const instances = live(whose.bot_id);
    if (hasDoubles(instances)) alarmed.set(whose.bot_id, whose);
    else if (!alarmed.delete(whose.bot_id)) return;
    emit("bot.instances", { bot_id: whose.bot_id, owner_id: whose.owner_id, instances });
  }

  function refused(botId: string): { instance: string; until: string }[] {
    const mine = refusals.get(botId);
    for (const [instance, until] of mine ?? []) if (until <= now()) mine!.delete(instance);
    if (mine?.size === 0) refusals.delete(botId);
    return [...(mine ?? [])].map(([instance, until]) => ({ instance, until: iso(until) }));
  }

  /**
   * @throws AppError SUPERSEDED     another instance was kept, within the last hour
   * @throws AppError INVALID_INPUT  the programs of the bot would hold more shards than any bot has
   */
  function check(botId: string, { instance, part }: Pick<Arrival, "instance" | "part">): void {
    if ((refusals.get(botId)?.get(instance) ?? 0) > now()) throw superseded();
    if (!part) return;
    const others = here(botId).filter((entry) => entry.instance !== instance);
    if (heldBy([part, ...others.map((entry) => entry.part)]) > HELD_MAX)
      throw invalid("part", `the programs of a bot hold at most ${HELD_MAX} shards together`);
  }

  async function arrive(whose: Whose, arrival: Arrival, sockets: number): Promise<void> {
    const mine = entries.get(whose.bot_id) ?? new Map<string, Entry>();
    entries.set(whose.bot_id, mine);
    const known = mine.get(arrival.instance);
    if (known) {
      const news = !isLive(known);
      if (news) known.since = now();
      Object.assign(known, arrival, { seen: now(), sockets: known.sockets + sockets });
      tell(whose, known);
      if (!news) return;
      announce(whose);
      if (known.part) await partArrived(whose, known.part);
      return;
    }
    // Its epoch is 0, and it is not shown, until the database counted it.
    const entry: Entry = {
      ...arrival,
      epoch: 0,
      since: now(),
      seen: now(),
      sockets,
      isKnownElsewhere: false,
      owner_id: whose.owner_id,
    };
    mine.set(arrival.instance, entry);
    // It moved here, or asks several processes in turn.
    const moved = elsewhere
      .get(whose.bot_id)
      ?.find(({ one }) => one.declared && one.instance === arrival.instance)?.one;
    if (moved) Object.assign(entry, { epoch: moved.epoch, since: Date.parse(moved.since) });
    else
      try {
        entry.epoch = await nextEpoch(whose.bot_id);
      } catch (error) {
        mine.delete(arrival.instance);
        throw error;
      }
    tell(whose, entry);
    announce(whose);
    if (entry.part) await partArrived(whose, entry.part);
  }

  async function answer(botId: string) {
    const instances = live(botId);
    return {
      ...{ bot_id: botId, instances, refused: refused(botId), conflict: hasDoubles(instances) },
      parts: await partsOf(botId),
    };
  }

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
      tell(whose, entry);
      announce(whose);
    },
    /** An instance that names itself asked by HTTP. @throws AppError as `check` does */
    async polled(whose: Whose, arrival: Pick<Arrival, "instance" | "address" | "version" | "part">): Promise<void> {
      check(whose.bot_id, arrival);
      const entry = entries.get(whose.bot_id)?.get(arrival.instance);
      // A bot may ask by HTTP beside its socket: the socket says more.
      if (entry && entry.sockets > 0) entry.seen = now();
      else await arrive(whose, { ...arrival, via: "http", declared: true }, 0);
    },
    /** Lists the programs that run as this bot now. @throws AppError NOT_FOUND */
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
      const kept = all.find((one) => one.instance === instance);
      if (!kept) throw new AppError("NOT_FOUND", `No instance ${cutText(instance, 64, "")} of this bot is live`);
      const others = all.filter((one) => one !== kept && overlap(one.part, kept.part)).map((one) => one.instance);
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
        for (const { process } of elsewhere.get(botId) ?? []) drop(process, botId, instance);
      }
      const whose = alarmed.get(botId);
      if (whose) announce(whose);
    },
    /** The token was replaced or the bot deleted: nobody is refused any more. */
    forget(botId: string): void {
      refusals.delete(botId);
    },
    /** Another process tells of one of its own. */
    heard(process: string, { bot_id, owner_id, instance, live: there }: Facts["bot.instance"]): void {
      drop(process, bot_id, instance.instance);
      if (!there) return;
      elsewhere.set(bot_id, [...(elsewhere.get(bot_id) ?? []), { process, one: instance }]);
      if (!alarmed.has(bot_id) && hasDoubles(live(bot_id))) suspects.set(bot_id, { bot_id, owner_id });
    },
    /** Another process announced how many there are. */
    announced({ bot_id, owner_id, instances }: Facts["bot.instances"]): void {
      if (hasDoubles(instances)) alarmed.set(bot_id, { bot_id, owner_id });
      else alarmed.delete(bot_id);
    },
    /** Is a program of the bot connected to another process? That one hands it what is queued here. */
    connectedElsewhere: (botId: string): boolean =>
      elsewhere.get(botId)?.some(({ one }) => one.via === "socket") ?? false,
    /** Parts whose programs are live in this process. */
    liveParts: (): { bot_id: string; part: Part }[] =>
      [...entries.keys()].flatMap((bot_id) => here(bot_id).flatMap(({ part }) => (part ? [{ bot_id, part }] : []))),
    /** A process is there: it is told of all that is here, and tells of all it has. */
    joined(process: string): void {
      dropAll(process);
      const all = [...entries.keys()].flatMap((bot_id) =>
        here(bot_id).map((entry) => ({ bot_id, owner_id: entry.owner_id, instance: shown(entry) })),
      );
      const refusing = [...refusals].flatMap(([bot_id, mine]) =>
        [...mine].map(([instance, until]) => ({ bot_id, instance, until })),
      );
      for (let done = 0; done < Math.max(all.length, refusing.length); done += LOT)
        emit("bot.instances_here", {
          instances: all.slice(done, done + LOT),
          refused: refusing.slice(done, done + LOT),
        });
    },
    left: dropAll,
    /** Refusals this process had not heard of. */
    unheard: ({ refused }: Facts["bot.instances_here"]) =>
      refused.filter(({ bot_id, instance, until }) => (refusals.get(bot_id)?.get(instance) ?? 0) < until),
    /** Polling instances that fell silent end; what is long gone is forgotten. */
    sweep(): void {
      for (const whose of suspects.values())
        if (!alarmed.has(whose.bot_id) && hasDoubles(live(whose.bot_id))) announce(whose);
      suspects.clear();
      for (const whose of [...alarmed.values()]) if (!hasDoubles(live(whose.bot_id))) announce(whose);
      for (const [botId, mine] of entries) {
        for (const entry of mine.values()) tell({ bot_id: botId, owner_id: entry.owner_id }, entry);
        for (const [instance, entry] of mine)
          if (entry.epoch > 0 && !isLive(entry) && entry.seen < now() - REMEMBERED_MS) mine.delete(instance);
        if (mine.size === 0) entries.delete(botId);
      }
      for (const botId of [...refusals.keys()]) refused(botId);
    },
  };
}
