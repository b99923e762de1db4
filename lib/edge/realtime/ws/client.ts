/** One socket on `/ws`, and what it is sent. */
import type { WebSocket } from "ws";
import type { Admitted } from "@/lib/edge/realtime/admit";

/** A client that reads this much too slowly is let go: what it missed it can ask for. */
const BACKLOG_BYTES = 1_048_576;

export type Client = Admitted & { socket: WebSocket; topics: Set<string>; alive: boolean };

export function send(client: Client, message: unknown): void {
  if (client.socket.bufferedAmount > BACKLOG_BYTES) client.socket.terminate();
  else client.socket.send(typeof message === "string" ? message : JSON.stringify(message));
}
