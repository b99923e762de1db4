/** Distributes the events of the live connection among the page's subscribers. */
import type { Batch, ServerEventData, ServerEventName, Topic, Watch } from "@/lib/edge/realtime/contract";

/** The events that a batch may carry, as a union distinguished by `name`. */
export type LiveEvent = { [E in BatchedName]: { name: E; data: ServerEventData<E> } }[BatchedName];
type BatchedName = Exclude<ServerEventName, "connected" | "connection_established" | "message_sent" | "error">;

const TOPIC_OF: Record<BatchedName, Topic> = {
  bot_update: "bots",
  settings_update: "bots",
  bot_instances: "bots",
  bot_data_sync: "bots",
  new_command: "commands",
  command_update: "commands",
  new_log: "logs",
  new_message: "messages",
};

/**
 * Why a subscriber must refill from REST: the page was read before the connection stood (`begun`), the connection was
 * down, or the server left events out of a batch.
 */
export type Gap = { reason: "begun" | "reconnected" | "dropped"; downMs: number };

export type Subscriber = {
  topics: readonly Topic[];
  bot_id?: string;
  onEvents: (events: LiveEvent[]) => void;
  onGap?: (gap: Gap) => void;
};

/** Returns the one watch of the socket: the union of what the page's subscribers want. */
export function wantedBy(subscribers: Iterable<Subscriber>): Watch {
  const all = [...subscribers];
  const topics = [...new Set(all.flatMap((one) => one.topics))].sort();
  const bots = new Set(all.map((one) => one.bot_id));
  const only = bots.size === 1 ? [...bots][0] : undefined;
  return only === undefined ? { topics } : { topics, bot_id: only };
}

/** Gives each subscriber its events of a batch, and reports a gap if the server left some out. */
export function deliver(subscribers: Iterable<Subscriber>, batch: Batch): void {
  const events = batch.events.filter(([name]) => name in TOPIC_OF).map(([name, data]) => ({ name, data }) as LiveEvent);
  for (const one of subscribers) {
    const wanted = events.filter(
      ({ name, data }) =>
        one.topics.includes(TOPIC_OF[name]) && (one.bot_id === undefined || data.bot_id === one.bot_id),
    );
    if (wanted.length > 0) one.onEvents(wanted);
    if (batch.dropped > 0) one.onGap?.({ reason: "dropped", downMs: 0 });
  }
}
