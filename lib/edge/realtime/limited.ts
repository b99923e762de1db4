/**
 * Sockets of API keys that are limited to areas or to chosen bots. The rooms of single events hold everything that a
 * person may see, so each of these keys has rooms of its own, one for each topic that it may hear of.
 */
import { isOfChosenBots, mayArea, type UserActor } from "@/lib/core/actor";
import { canSee } from "@/lib/identity/access";
import { AREA_OF_TOPIC, roomsOf } from "./audience";
import { Topic } from "./contract";
import type { Told } from "./events";

const roomOf = (keyId: string, topic: Topic) => `key:${keyId}:${topic}`;

const isLimited = ({ key_id, limits }: UserActor) =>
  key_id !== undefined && (limits?.areas !== undefined || isOfChosenBots(limits));

/** Returns the rooms of single events that a person's socket joins. */
export const singleRooms = (actor: UserActor): string[] =>
  isLimited(actor)
    ? Topic.options.filter((topic) => mayArea(actor, AREA_OF_TOPIC[topic])).map((one) => roomOf(actor.key_id!, one))
    : roomsOf(actor);

export function createLimitedKeys() {
  const keys = new Map<string, { reader: UserActor; sockets: number }>();

  return {
    /** Counts the socket of a limited key. Returns what to call when it disconnects. */
    enter(reader: UserActor): () => void {
      if (!isLimited(reader)) return () => {};
      const id = reader.key_id!;
      keys.set(id, { reader, sockets: (keys.get(id)?.sockets ?? 0) + 1 });
      return () => {
        const key = keys.get(id);
        if (key && --key.sockets === 0) keys.delete(id);
      };
    },

    /** Returns the rooms of the keys that hear of an event. */
    hearing({ bot_id, team_id, topic }: Told): string[] {
      if (keys.size === 0) return [];
      const bot = { id: bot_id, team_id };
      return [...keys].filter(([, { reader }]) => canSee(reader, bot)).map(([id]) => roomOf(id, topic));
    },
  };
}

export type LimitedKeys = ReturnType<typeof createLimitedKeys>;
