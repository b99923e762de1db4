/** One socket on `/ws`, and the messages sent to it. */
import type { WebSocket } from "ws";
import type { Admitted } from "@/lib/edge/realtime/admit";

/** A client with more unread bytes than this is disconnected; it can request what it missed. */
const BACKLOG_BYTES = 1_048_576;

export type Client = Admitted & { socket: WebSocket; topics: Set<string>; alive: boolean };

export function send(client: Client, message: unknown): void {
  if (client.socket.bufferedAmount > BACKLOG_BYTES) client.socket.terminate();
  else client.socket.send(typeof message === "string" ? message : JSON.stringify(message));
}
