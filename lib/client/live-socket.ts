/**
 * The console's one Socket.IO connection, without React: who watches what, batches in, reconnection out.
 * Implements lib/edge/realtime/contract: `watch` and `batch`, and the documented `send_message` / `message_sent`.
 */

import type { io, Socket } from "socket.io-client";
import type { z } from "zod";
import { writeJson } from "@/lib/core/format/json";
import type { Batch, ServerEventData, ServerEventName, Topic, Watch } from "@/lib/edge/realtime/contract";
import type { MessageSent, SendMessage } from "@/lib/fleet/commands/contract";
import { noteBuild } from "./release";
import { currentPageUser, onResumed, reportEnded, reportReplaced, resume } from "./session";

/** The events a batch may carry, as a union told apart by `name`. */
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

/** `live`; `connecting`: trying, for a few seconds at most; `offline`: not reached for longer. */
export type LiveState = { status: "live" | "connecting" | "offline" /** epoch ms */; since: number };

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

export type LiveSocket = ReturnType<typeof createLiveSocket>;

const OFFLINE_AFTER_MS = 5_000;
const REFUSED_RETRY_MS = 5_000;
const SEND_TIMEOUT_MS = 10_000;

function botOf(event: LiveEvent): string {
  return event.data.bot_id;
}

/** Makes the connection object; nothing is opened before `open()`. */
export function createLiveSocket() {
  let state: LiveState = { status: "connecting", since: 0 };
  let socket: Socket | null = null;
  let isWanted = false;
  let lostAt = 0;
  let seenOnce = false;
  let offlineTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let watchTimer: ReturnType<typeof setTimeout> | undefined;
  let watched = "";
  let stopResumed = () => {};
  const subscribers = new Set<Subscriber>();
  const listeners = new Set<() => void>();
  /** Listeners of single events by name; they survive a reconnect. */
  const single = new Map<string, Set<(data: unknown) => void>>();
  const arrivals = new Set<(arrival: { missed: boolean }) => void>();

  const setStatus = (status: LiveState["status"]) => {
    if (state.status === status) return;
    // "Since" of an outage is when the connection was lost, not when we gave up hope.
    state = { status, since: status === "live" ? Date.now() : lostAt || Date.now() };
    for (const listener of listeners) listener();
  };

  /** One socket has one watch: the union of what the page's parts want. */
  const wanted = (): Watch => {
    const topics = [...new Set([...subscribers].flatMap((one) => one.topics))].sort();
    const bots = new Set([...subscribers].map((one) => one.bot_id));
    const only = bots.size === 1 ? [...bots][0] : undefined;
    return only === undefined ? { topics } : { topics, bot_id: only };
  };

  const sendWatch = () => {
    if (!socket?.connected) return;
    const watch = wanted();
    const text = writeJson(watch);
    if (text === watched) return;
    watched = text;
    socket.emit("watch", watch);
  };

  const deliver = (frame: unknown) => {
    const batch = frame as Batch;
    const events = batch.events
      .filter(([name]) => name in TOPIC_OF)
      .map(([name, data]) => ({ name, data }) as LiveEvent);
    for (const one of subscribers) {
      const mine = events.filter(
        (event) =>
          one.topics.includes(TOPIC_OF[event.name]) && (one.bot_id === undefined || botOf(event) === one.bot_id),
      );
      if (mine.length > 0) one.onEvents(mine);
      if (batch.dropped > 0) one.onGap?.({ reason: "dropped", downMs: 0 });
    }
  };

  const lose = () => {
    if (!lostAt) lostAt = Date.now();
    setStatus("connecting");
    clearTimeout(offlineTimer);
    offlineTimer = setTimeout(() => setStatus("offline"), OFFLINE_AFTER_MS);
  };

  /** The library is not part of what a page needs to be seen: it is fetched once the page stands. */
  const open = () => {
    isWanted = true;
    lose();
    import("./live-parser").then(
      ({ io, exactParser }) => connect(io, exactParser),
      () => {
        clearTimeout(retryTimer);
        if (isWanted) retryTimer = setTimeout(open, REFUSED_RETRY_MS);
      },
    );
  };

  const connect = (makeSocket: typeof io, parser: unknown) => {
    if (socket || !isWanted) return;
    socket = makeSocket({
      parser,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      withCredentials: true,
      auth: (give) => give({ page_user: String(currentPageUser()?.user_id ?? "") }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      randomizationFactor: 0.5,
    });
    const mine = socket;
    // Reconnect at once instead of waiting for the next attempt: the session works again.
    stopResumed = onResumed(() => void mine.disconnect().connect());
    socket.on("connect", () => {
      // Any tab may have signed in: the cookie belongs to the page's person again.
      resume();
      clearTimeout(offlineTimer);
      const downMs = lostAt ? Date.now() - lostAt : 0;
      lostAt = 0;
      watched = "";
      sendWatch();
      setStatus("live");
      for (const arrive of arrivals) arrive({ missed: true });
      for (const one of subscribers) one.onGap?.({ reason: seenOnce ? "reconnected" : "begun", downMs });
      seenOnce = true;
    });
    socket.on("disconnect", lose);
    socket.on("connect_error", (error: Error & { data?: { code?: string } }) => {
      lose();
      if (error.data?.code === "UNAUTHORIZED") reportEnded(false);
      if (error.data?.code === "SESSION_CHANGED") reportReplaced(null, false);
      // A refusal (as opposed to a lost line) is not retried by the library.
      if (!mine.active) {
        clearTimeout(retryTimer);
        retryTimer = setTimeout(() => mine.connect(), REFUSED_RETRY_MS);
      }
    });
    socket.on("disconnect", (reason) => {
      if (reason !== "io server disconnect") return;
      clearTimeout(retryTimer);
      retryTimer = setTimeout(() => mine.connect(), REFUSED_RETRY_MS);
    });
    socket.on("batch", deliver);
    socket.on("build", noteBuild);
    socket.onAny((name: string, data: unknown) => {
      for (const hear of single.get(name) ?? []) hear(data);
    });
  };

  const close = () => {
    isWanted = false;
    clearTimeout(offlineTimer);
    clearTimeout(retryTimer);
    clearTimeout(watchTimer);
    stopResumed();
    socket?.disconnect();
    socket = null;
    watched = "";
    seenOnce = false;
  };

  const subscribe = (one: Subscriber) => {
    subscribers.add(one);
    const later = () => {
      clearTimeout(watchTimer);
      // A page change removes and adds subscribers in one go: tell the server once.
      watchTimer = setTimeout(sendWatch, 20);
    };
    later();
    return () => {
      subscribers.delete(one);
      later();
    };
  };

  /**
   * Emits the documented `send_message` and answers what `message_sent` said.
   * Throws Error when refused, not connected, or unanswered for 10 s.
   */
  const sendMessage = (message: z.input<typeof SendMessage>) =>
    new Promise<z.infer<typeof MessageSent>>((resolve, reject) => {
      const line = socket;
      if (!line?.connected) {
        reject(new Error("No live connection to the server."));
        return;
      }
      const finish = (act: () => void) => {
        clearTimeout(timer);
        line.off("message_sent", onSent);
        line.off("error", onError);
        act();
      };
      const onSent = (sent: z.infer<typeof MessageSent>) =>
        finish(() =>
          sent.status === "queued" ? resolve(sent) : reject(new Error(sent.error ?? "The message was refused.")),
        );
      const onError = (error: ServerEventData<"error">) => finish(() => reject(new Error(error.message)));
      const timer = setTimeout(() => finish(() => reject(new Error("The server did not answer."))), SEND_TIMEOUT_MS);
      line.on("message_sent", onSent);
      line.on("error", onError);
      line.emit("send_message", message);
    });

  /** Hears one event that comes by itself, not in batches; what it carries is for the listener to check. */
  const hear = (name: string, listener: (data: unknown) => void) => {
    const mine = single.get(name) ?? new Set();
    single.set(name, mine.add(listener));
    return () => void mine.delete(listener);
  };

  /** Says something to the server if there is a connection; false without one. */
  const say = (name: string, data: unknown): boolean => {
    if (!socket?.connected) return false;
    socket.emit(name, data);
    return true;
  };

  /**
   * Runs now if connected, and at each later connection: the server keeps no rooms over a lost line. `missed`: something
   * may have happened between what the listener has read and this connection.
   */
  const onArrival = (listener: (arrival: { missed: boolean }) => void) => {
    arrivals.add(listener);
    if (socket?.connected) listener({ missed: false });
    return () => void arrivals.delete(listener);
  };

  return {
    open,
    close,
    subscribe,
    sendMessage,
    hear,
    say,
    onArrival,
    getState: () => state,
    onState: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
