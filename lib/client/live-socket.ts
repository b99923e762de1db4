/**
 * The console's one Socket.IO connection, without React: the watches of its subscribers, incoming batches, and
 * reconnection. Implements lib/edge/realtime/contract: `watch` and `batch`, and the documented `send_message` /
 * `message_sent`.
 */
import type { z } from "zod";
import { writeJson } from "@/lib/core/format/json";
import type { Batch } from "@/lib/edge/realtime/contract";
import type { SendMessage } from "@/lib/fleet/commands/contract";
import { deliver, type Subscriber, wantedBy } from "./live-batches";
import { createLine } from "./live-line";
import { createListeners } from "./live-listeners";
import { sendMessage } from "./live-message";
import { noteBuild } from "./release";

export type { Gap, LiveEvent, Subscriber } from "./live-batches";
export type { LiveState } from "./live-line";

export type LiveSocket = ReturnType<typeof createLiveSocket>;

/** Creates the connection object; nothing is opened before `open()`. */
export function createLiveSocket() {
  let seenOnce = false;
  let watched = "";
  let watchTimer: ReturnType<typeof setTimeout> | undefined;
  const subscribers = new Set<Subscriber>();
  const listeners = createListeners(() => line.socket()?.connected === true);

  const line = createLine({
    made(socket) {
      socket.on("batch", (batch: Batch) => deliver(subscribers, batch));
      socket.on("build", noteBuild);
      socket.onAny(listeners.notify);
    },
    connected(downMs) {
      watched = "";
      sendWatch();
      listeners.arrive();
      for (const one of subscribers) one.onGap?.({ reason: seenOnce ? "reconnected" : "begun", downMs });
      seenOnce = true;
    },
  });

  function sendWatch(): void {
    const socket = line.socket();
    if (!socket?.connected) return;
    const watch = wantedBy(subscribers);
    const text = writeJson(watch);
    if (text === watched) return;
    watched = text;
    socket.emit("watch", watch);
  }

  /** A page change removes and adds several subscribers at once, so the server is told once, a moment later. */
  function watchLater(): void {
    clearTimeout(watchTimer);
    watchTimer = setTimeout(sendWatch, 20);
  }

  return {
    open: line.open,
    getState: line.getState,
    onState: line.onState,
    hear: listeners.hear,
    onArrival: listeners.onArrival,

    close(): void {
      clearTimeout(watchTimer);
      line.close();
      watched = "";
      seenOnce = false;
    },

    subscribe(one: Subscriber) {
      subscribers.add(one);
      watchLater();
      return () => {
        subscribers.delete(one);
        watchLater();
      };
    },

    /**
     * @throws Error see live-message.ts
     * @throws Error as live-message.ts
     */
    sendMessage: (message: z.input<typeof SendMessage>) => sendMessage(line.socket(), message),

    /** Sends an event to the server if connected. Returns whether it was sent. */
    say(name: string, data: unknown): boolean {
      const socket = line.socket();
      if (!socket?.connected) return false;
      socket.emit(name, data);
      return true;
    },
  };
}
