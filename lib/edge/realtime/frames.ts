/** Combines the frames that one event-loop turn sends to a socket into a single network write. */
import type { Socket as NetSocket } from "node:net";
import type { Socket } from "socket.io";

/**
 * The parts of Engine.IO's connection used here: its WebSocket, and the network socket below. Absent while it polls.
 */
type Transport = { socket?: { _socket?: NetSocket | null } };
/** An Engine.IO connection. `flush` hands the gathered packets to its transport; TypeScript declares it private. */
type Connection = Pick<Socket["conn"], "on"> & { transport: unknown; flush(): void };

/** Connections that sent several frames at once the last time, and so will probably do it again. */
const busy = new WeakSet<object>();
/** Busy connections whose frames of this turn are being gathered. */
const gathering = new WeakSet<object>();

/** One function serves all sockets, which saves a closure for each: `this` is the connection. */
function join(this: Connection, packets: unknown[]): void {
  if (packets.length === 1) {
    busy.delete(this);
    return;
  }
  busy.add(this);
  const network = (this.transport as Transport).socket?._socket;
  if (!network) return;
  network.cork();
  process.nextTick(() => network.uncork());
}

const flushNow = (connection: Connection): void => Object.getPrototypeOf(connection).flush.call(connection);

/** Takes the place of Engine.IO's own `flush`, which hands over the first packet before the others of the turn arrive. */
function flush(this: Connection): void {
  if (gathering.has(this)) return;
  if (!busy.has(this)) {
    flushNow(this);
    return;
  }
  gathering.add(this);
  process.nextTick(() => {
    gathering.delete(this);
    flushNow(this);
  });
}

/**
 * Gathers the frames for one socket. A commit answers many callers at once, and each answer is a frame to the same bot
 * and pages. Sent together they take one system call, and often wake the reader once. A socket that is not busy is sent its
 * first frame at once, so that a command alone is not delayed; those that Engine.IO gathered after it are sent together.
 */
export function gatherWrites({ conn }: { conn: unknown }): void {
  const connection = conn as Connection;
  connection.on("flush", join);
  connection.flush = flush;
}
