"use client";
/** The live connection for React: one provider in the console's layout, hooks for its parts. */
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Topic } from "@/lib/edge/realtime/contract";
import { createLiveSocket, type Gap, type LiveEvent, type LiveSocket, type LiveState } from "./live-socket";

export type { Gap, LiveEvent, LiveState } from "./live-socket";

const LiveContext = createContext<LiveSocket | null>(null);

/** Holds the console's Socket.IO connection open while mounted. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [live] = useState(createLiveSocket);
  useEffect(() => {
    live.open();
    return () => live.close();
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLiveSocket(): LiveSocket {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider above it");
  return live;
}

/**
 * Receives events of the given topics (of one bot, with `bot_id`) in batches, at most 20 a second. `onGap` is called
 * when events were missed; reload from REST then. Handlers may change between renders.
 */
export function useLive(
  topics: readonly Topic[],
  options: { bot_id?: string; onGap?: (gap: Gap) => void },
  onEvents: (events: LiveEvent[]) => void,
): void {
  const live = useLiveSocket();
  const handlers = useRef({ onEvents, onGap: options.onGap });
  useEffect(() => {
    handlers.current = { onEvents, onGap: options.onGap };
  });
  const key = topics.join();
  const botId = options.bot_id;
  useEffect(() => {
    if (!key) return;
    return live.subscribe({
      topics: key.split(",") as Topic[],
      bot_id: botId,
      onEvents: (events) => handlers.current.onEvents(events),
      onGap: (gap) => handlers.current.onGap?.(gap),
    });
  }, [live, key, botId]);
}

const SERVER_STATE: LiveState = { status: "connecting", since: 0 };

/** The state of the connection, and the time (epoch ms) of its last change; 0 before the first attempt. */
export function useLiveStatus(): LiveState {
  const live = useLiveSocket();
  return useSyncExternalStore(live.onState, live.getState, () => SERVER_STATE);
}

/** Single events of the connection, for rooms with calls of their own: listen, send, and learn of (re)connections. */
export function useLine(): Pick<LiveSocket, "hear" | "say" | "onArrival"> {
  return useLiveSocket();
}

/** Sends a chat message through a bot over the socket (document 000: `send_message`). */
export function useSendMessage(): LiveSocket["sendMessage"] {
  return useLiveSocket().sendMessage;
}
