/** Combines the frames that one event-loop turn sends to a socket into a single network write. */
import type { Socket as NetSocket } from "node:net";
import type { Socket } from "socket.io";

/**
 * The parts of Engine.IO's connection used here: its WebSocket, and the network socket below. Absent while it polls.
 */
type Transport = { socket?: { _socket?: NetSocket | null } };

/** One function serves all sockets, which saves a closure for each: `this` is the connection. */
function gather(this: Socket["conn"], packets: unknown[]): void {
  const network = packets.length > 1 && (this.transport as unknown as Transport).socket?._socket;
  if (!network) return;
  network.cork();
  process.nextTick(() => network.uncork());
}

/**
 * Gathers the frames for one socket. A commit answers many callers at once, and each answer is a frame to the same bot
 * and pages. The first frame is sent at once; those that Engine.IO gathered after it are sent together, which saves a
 * system call per frame, and often a wake-up of the reader.
 */
export const gatherWrites = ({ conn }: Socket): void => void conn.on("flush", gather);
