/**
 * Batches for the console: pages that watch the same thing share a room and get one `batch` frame per SPAN_MS at most,
 * however many events there are. The first event after a quiet span goes out at once.
 */

import { isOfChosenBots, type UserActor } from "@/lib/core/actor";
import { canSee, seesAll } from "@/lib/identity/access";
import type { Topic, Watch } from "./contract";
import type { Told } from "./events";

export const SPAN_MS = 50;
/** The most events of one frame. The page learns how many more there were, and reads them from the database. */
export const FRAME_MAX = 250;

type Room = {
  /** One of the people who share the room; all of them may see the same. */
  reader: UserActor;
  topics: Set<Topic>;
  bot_id?: string;
  members: number;
  events: [string, unknown][];
  dropped: number;
  sentAt: number;
  timer?: NodeJS.Timeout;
};

export function createLive(send: (room: string, batch: { events: [string, unknown][]; dropped: number }) => void) {
  const rooms = new Map<string, Room>();

  /** A key that is limited to chosen bots shares its rooms with no other credential. */
  const nameOf = (reader: UserActor, watch: Watch) =>
    `live:${isOfChosenBots(reader.limits) ? reader.key_id : seesAll(reader) ? "staff" : reader.user_id}:${[...watch.topics].sort().join("+")}:${watch.bot_id ?? ""}`;

  function flush(name: string, room: Room) {
    room.timer = undefined;
    const { events, dropped } = room;
    room.events = [];
    room.dropped = 0;
    room.sentAt = Date.now();
    if (events.length > 0 && room.members > 0) send(name, { events, dropped });
  }

  return {
    /** Returns the room's name. The socket must join that room. */
    enter(reader: UserActor, watch: Watch): string {
      const name = nameOf(reader, watch);
      let room = rooms.get(name);
      if (!room) {
        room = {
          reader,
          topics: new Set(watch.topics),
          bot_id: watch.bot_id,
          members: 0,
          events: [],
          dropped: 0,
          sentAt: 0,
        };
        rooms.set(name, room);
      }
      room.members++;
      return name;
    },
    leave(name: string): void {
      const room = rooms.get(name);
      if (!room || --room.members > 0) return;
      clearTimeout(room.timer);
      rooms.delete(name);
    },
    push({ event, data, topic, bot_id, team_id }: Told): void {
      for (const [name, room] of rooms) {
        if (!room.topics.has(topic) || (room.bot_id !== undefined && room.bot_id !== bot_id)) continue;
        if (!canSee(room.reader, { id: bot_id, team_id })) continue;
        if (room.events.length >= FRAME_MAX) {
          room.events.shift();
          room.dropped++;
        }
        room.events.push([event, data]);
        room.timer ??= setTimeout(flush, Math.max(0, room.sentAt + SPAN_MS - Date.now()), name, room);
      }
    },
    close(): void {
      for (const room of rooms.values()) clearTimeout(room.timer);
      rooms.clear();
    },
  };
}

export type Live = ReturnType<typeof createLive>;
