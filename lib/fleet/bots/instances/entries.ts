/** The programs of bots that are live in this process. */
import { type Clock, iso } from "@/lib/core/clock";
import type { BotInstance } from "@/lib/fleet/bots/contract.instances";

/**
 * `instance`: the name that the program gives itself, or the id of its socket if it gives none (`declared` is false
 * then).
 */
export type Arrival = Pick<BotInstance, "instance" | "address" | "version" | "via" | "declared" | "part">;
/**
 * `epoch` is 0, and the instance is hidden, until the database has given it an epoch. `isKnownElsewhere`: other
 * processes count it as live.
 */
export type Entry = Arrival & {
  epoch: number;
  since: number;
  seen: number;
  sockets: number;
  isKnownElsewhere: boolean;
  team_id: number | null;
};
export type OwnedBot = { bot_id: string; team_id: number | null };

/** A declared instance that disconnected is remembered this long, so that it keeps its epoch when it comes back. */
const REMEMBERED_MS = 600_000;

export const shownInstance = ({
  instance,
  epoch,
  address,
  since,
  version,
  via,
  declared,
  part,
}: Entry): BotInstance => ({
  ...{ instance, epoch, address, version, via, declared, part },
  since: iso(since),
});

/** @param silentAfterMs milliseconds for which a polling instance counts as live after its last request */
export function createEntries({ now, silentAfterMs }: { now: Clock; silentAfterMs: number }) {
  const bots = new Map<string, Map<string, Entry>>();

  const isLive = (entry: Entry) => entry.sockets > 0 || (entry.via === "http" && entry.seen > now() - silentAfterMs);
  const live = (botId: string): Entry[] =>
    [...(bots.get(botId)?.values() ?? [])].filter((entry) => entry.epoch > 0 && isLive(entry));

  function remove(botId: string, instance: string): void {
    const entries = bots.get(botId);
    entries?.delete(instance);
    if (entries?.size === 0) bots.delete(botId);
  }

  return {
    isLive,
    /** Lists the instances of a bot that are live and have an epoch. */
    live,
    remove,
    get: (botId: string, instance: string): Entry | undefined => bots.get(botId)?.get(instance),
    add({ bot_id, team_id }: OwnedBot, arrival: Arrival, sockets: number): Entry {
      const entry = { ...arrival, epoch: 0, since: now(), seen: now(), sockets, isKnownElsewhere: false, team_id };
      bots.set(bot_id, (bots.get(bot_id) ?? new Map<string, Entry>()).set(arrival.instance, entry));
      return entry;
    },
    /** Notes that a bot belongs to another team now. */
    moved({ bot_id, team_id }: OwnedBot): void {
      for (const entry of bots.get(bot_id)?.values() ?? []) entry.team_id = team_id;
    },
    /** Lists every instance that is live and has an epoch. */
    allLive: (): (OwnedBot & { entry: Entry })[] =>
      [...bots.keys()].flatMap((bot_id) => live(bot_id).map((entry) => ({ bot_id, team_id: entry.team_id, entry }))),
    /** Calls `visit` for each entry, live or not, and then forgets the entries that disconnected long ago. */
    sweep(visit: (bot: OwnedBot, entry: Entry) => void): void {
      for (const [bot_id, entries] of bots)
        for (const [instance, entry] of entries) {
          visit({ bot_id, team_id: entry.team_id }, entry);
          if (entry.epoch > 0 && !isLive(entry) && entry.seen < now() - REMEMBERED_MS) remove(bot_id, instance);
        }
    },
  };
}
export type Entries = ReturnType<typeof createEntries>;
