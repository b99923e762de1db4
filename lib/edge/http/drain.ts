/**
 * Stops the HTTP server without dropping a request. A kept-alive connection is the difficulty: if the server closes it while
 * its client is sending the next request, the client gets a reset and cannot tell whether the request was executed. So the
 * server first answers every request with `connection: close` for a while, and only then stops to listen.
 */
import { type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { draining } from "@/lib/core/draining";

/** The time in which a client must answer our close frame before its socket is destroyed; a suspended client never does. */
const CLOSE_FRAME_MS = 2_000;
/** Without connections and new arrivals for this long, no client is about to send a request. */
const QUIET_MS = 100;
const LOOK_MS = 20;
/** When requests are held, clients that send one after the other stop to arrive within this time. */
const HOLD_QUIET_MS = 50;
const HOLD_MAX_MS = 500;
/** The most turns of the event loop in which a pause between two arriving connections is looked for. */
const PAUSE_TURNS = 1_000;
/** A turn in which nothing was handled is shorter than this. */
const PAUSE_TURN_MS = 0.2;

/** A response that closes its connection once the server is stopping, also when the request began before. */
export class ClosingResponse extends ServerResponse {
  override writeHead(status: number, ...rest: unknown[]): this {
    if (draining.on) this.shouldKeepAlive = false;
    return super.writeHead(status, ...(rest as []));
  }
}

/** The connections of a server. Node counts upgraded ones, too, but never closes them. */
type Connections = { open: Set<Socket>; upgraded: Set<Socket>; arrivals: number; lastArrival: number };

function track(server: Server): Connections {
  const connections: Connections = { open: new Set(), upgraded: new Set(), arrivals: 0, lastArrival: 0 };
  server.on("connection", (socket) => {
    connections.arrivals++;
    if (draining.on) connections.lastArrival = performance.now();
    connections.open.add(socket);
    socket.once("close", () => connections.open.delete(socket));
  });
  server.on("upgrade", (_, socket) => {
    connections.upgraded.add(socket as Socket);
    socket.once("close", () => connections.upgraded.delete(socket as Socket));
  });
  return connections;
}

/** Waits until no client has a connection on which it could send a request, or until `over`. */
async function becomeQuiet(connections: Connections, over: AbortSignal): Promise<void> {
  connections.lastArrival = performance.now();
  while (!over.aborted) {
    const isAlone = connections.open.size <= connections.upgraded.size;
    if (isAlone && performance.now() - connections.lastArrival > QUIET_MS) return;
    await wait(LOOK_MS, undefined, { signal: over }).catch(() => {});
  }
}

/**
 * Closes the listener at a moment when no connection waits to be accepted, because the kernel resets those that do. Requests
 * that begin meanwhile are held: a client that waits for its answer opens no further connection.
 */
async function stopListening(server: Server, connections: Connections): Promise<{ closed: Promise<unknown> }> {
  let release = () => {};
  draining.hold = new Promise((resolve) => {
    release = resolve;
  });
  const began = performance.now();
  connections.lastArrival = began;
  while (performance.now() - began < HOLD_MAX_MS && performance.now() - connections.lastArrival < HOLD_QUIET_MS)
    await wait(LOOK_MS);
  await pauseInArrivals(connections);
  const closed = new Promise((resolve) => server.close(resolve));
  draining.hold = undefined;
  release();
  return { closed };
}

/** Resolves right after a turn of the event loop in which no connection arrived. */
async function pauseInArrivals(connections: Connections): Promise<void> {
  for (let count = 0; count < PAUSE_TURNS; count++) {
    const { arrivals } = connections;
    const began = performance.now();
    await nextTurn();
    if (arrivals === connections.arrivals && performance.now() - began < PAUSE_TURN_MS) return;
  }
}

/** @param graceMs how long kept-alive connections may stay idle after the start of the stop before they are closed */
export function createDrain(server: Server, graceMs: number) {
  const connections = track(server);
  const grace = new AbortController();
  let closed: Promise<unknown> | undefined;

  return {
    /** Answers requests until clients have left or the grace is over, then stops listening. */
    async leave(): Promise<void> {
      draining.on = true;
      const timer = setTimeout(() => grace.abort(), graceMs);
      await becomeQuiet(connections, grace.signal);
      clearTimeout(timer);
      ({ closed } = await stopListening(server, connections));
    },
    /** Ends the grace at once. */
    hurry: () => grace.abort(),
    /** Resolves when the last connection has closed. Call it after the sockets were asked to close. */
    async ended(): Promise<void> {
      // Repeat, because a kept-alive connection becomes idle only after its last answer.
      const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
      const cut = setTimeout(() => {
        for (const socket of connections.upgraded) socket.destroy();
        // A connection that a browser opened in advance carries no request that could be lost.
        for (const socket of connections.open) if (socket.bytesRead === 0) socket.destroy();
      }, CLOSE_FRAME_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}
