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
 * A commit answers many callers at once, and each answer is frames to the same bot and the same pages. The first leaves at
 * once; those that Engine.IO gathered behind it leave together, which spares a system call, and mostly a wake-up of the
 * reader, per frame.
 */
export const gatherWrites = ({ conn }: Socket): void => void conn.on("flush", gather);
