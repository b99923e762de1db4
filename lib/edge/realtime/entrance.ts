/**
 * Limits Socket.IO connections until they are admitted. Anybody may open one, because the credential may come as late
 * as the CONNECT packet (document 003's sample sends `auth.token`). Until then a connection gets one packet, few bytes
 * and little time, and an address may hold only so many of them.
 */
import type { IncomingMessage } from "node:http";
import type { Server, Socket } from "socket.io";
import { type Actor, callerKey, networkOf } from "@/lib/core/actor";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { peer } from "@/lib/edge/http";

type Connection = Socket["conn"];

export const MESSAGE_BYTES = 4_194_304;
const CONNECT_BYTES = 16_384;
export const CONNECT_MS = 5_000;
/** A socket that connected as nobody must send a credential within this time and this many packets. */
const NOBODY_MS = 30_000;
const NOBODY_PACKETS = 3;
/** The most connections of one address that are not admitted yet. A fleet behind one address reconnects all at once. */
const WAITING_PER_ADDRESS = 1_000;
/** Most sockets of one person, key or bot in this process, as on `/ws`. */
const SOCKETS_PER_CALLER = 50;

/** `ws` has no public way to change the limit of one socket; polling has a field for it. */
type Transport = {
  maxHttpBufferSize?: number;
  socket?: { _receiver?: { _maxPayload?: number } };
};

export function guardEntrance(io: Server) {
  const waiting = new Map<string, number>();
  const callers = new Map<string, number>();
  const admitted = new WeakSet<Connection>();
  /** The packets that connections may still send before they are admitted. */
  const allowed = new WeakMap<Connection, number>();

  io.engine.on("connection", (connection: Connection) => {
    const address = addressOf(connection.request as IncomingMessage);
    if ((waiting.get(address) ?? 0) >= WAITING_PER_ADDRESS) return connection.close(true);
    const release = count(waiting, address);
    limit(connection.transport, CONNECT_BYTES);
    connection.on("upgrading", (transport) => {
      if (!admitted.has(connection)) limit(transport, CONNECT_BYTES);
    });
    // A client must wait for the answer to its CONNECT before it sends more.
    allowed.set(connection, 1);
    connection.on("packet", ({ type }) => {
      if (type !== "message" || admitted.has(connection)) return;
      const left = allowed.get(connection)! - 1;
      allowed.set(connection, left);
      if (left < 0) connection.close(true);
    });
    connection.once("close", release);
    connection.once("admitted" as "close", release);
  });

  return {
    /**
     * Lets a connection go on as nobody, with few packets and little time until it is admitted. It keeps counting among the
     * connections of its address that wait, and keeps their limit of bytes.
     */
    wait(connection: Connection): void {
      allowed.set(connection, NOBODY_PACKETS);
      const timer = setTimeout(() => connection.close(true), NOBODY_MS).unref();
      const stop = () => clearTimeout(timer);
      connection.once("close", stop);
      connection.once("admitted" as "close", stop);
    },

    /** @throws AppError RATE_LIMITED when the caller holds as many sockets as it may */
    admit(connection: Connection, actor: Actor): void {
      const caller = callerKey(actor);
      if ((callers.get(caller) ?? 0) >= SOCKETS_PER_CALLER)
        throw new AppError("RATE_LIMITED", `At most ${SOCKETS_PER_CALLER} sockets at once`, undefined, 60);
      connection.once("close", count(callers, caller));
      admitted.add(connection);
      limit(connection.transport, MESSAGE_BYTES);
      connection.once("upgrade", (transport) => limit(transport, MESSAGE_BYTES));
      connection.emit("admitted" as "close");
    },
  };
}

/** Returns the address as limits count it; for IPv6 its network. */
function addressOf(request: IncomingMessage): string {
  const header = (name: string) => request.headers[name] as string | undefined;
  return networkOf(peer(request.socket, header, env.TRUST_PROXY).ip);
}

/** Increments a counter; the returned function decrements it, once. */
function count(counts: Map<string, number>, key: string): () => void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  let isCounted = true;
  return () => {
    if (!isCounted) return;
    isCounted = false;
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  };
}

function limit(transport: unknown, bytes: number): void {
  const { socket } = transport as Transport;
  if (socket?._receiver) socket._receiver._maxPayload = bytes;
  else (transport as Transport).maxHttpBufferSize = bytes;
}

export type Entrance = ReturnType<typeof guardEntrance>;
