/** Identifies who connects by Socket.IO, and which program of a bot it is. */
import type { Socket } from "socket.io";
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";
import type { Origin } from "@/lib/core/acts";
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { isHazeApp } from "@/lib/edge/compat/haze/contract.headers";
import type { Arrival } from "@/lib/fleet/bots";
import { InstanceId } from "@/lib/fleet/bots/contract.instances";
import { Part } from "@/lib/fleet/bots/contract.shards";
import { admit, hasCredential } from "./admit";

/** `arrival`: the program of the bot that connects. `origin`: where a person connects from, for the audit log. */
export type SocketData = {
  actor: Actor;
  arrival?: Arrival;
  origin?: Omit<Origin, "request_id">;
  recheck: () => Promise<boolean>;
};
export type AppSocket = Socket & { data: SocketData };

/** Identifies the caller and, for a bot, its program. @throws AppError as admit; SUPERSEDED */
export async function identify(app: App, socket: Socket): Promise<SocketData> {
  const given = tokenOf(socket);
  if (
    isHazeApp((name) => socket.handshake.headers[name] as string | undefined) &&
    !hasCredential(socket.request, given)
  )
    return nobody(socket);
  return identifyBy(app, socket, given);
}

/** Document 003's app connects first and authenticates later; until then its socket hears nothing. */
const nobody = ({ handshake }: Socket): SocketData => ({
  actor: { kind: "public", ip: handshake.address },
  recheck: async () => true,
});

/** Identifies the caller by a token, or by the handshake's other credentials without one. @throws AppError as admit */
export async function identifyBy(app: App, socket: Socket, given: unknown): Promise<SocketData> {
  const { actor, ip, recheck } = await admit(app, socket.request, given, {
    pageUser: socket.handshake.auth?.page_user,
  });
  const arrival = actor.kind === "bot" ? arrivalOf(socket, ip) : undefined;
  if (arrival && actor.kind === "bot") app.botInstances.check(actor.bot_id, arrival);
  const agent = cutText(socket.request.headers["user-agent"] ?? "", 256, "");
  const origin = actor.kind === "user" ? { address: ip, ...(agent && { user_agent: agent }) } : undefined;
  return { actor, arrival, origin, recheck };
}

/**
 * Returns the token of the handshake. Clients of Socket.IO 2 have no `auth` and send it in the address, as on `/ws`.
 */
function tokenOf({ conn, handshake }: Socket): unknown {
  return conn.protocol === 3 ? handshake.query.token : handshake.auth?.token;
}

/** Names the connecting program of a bot: its `auth.instance`, or else its socket's id. */
function arrivalOf(socket: Socket, address: string): Arrival {
  const { instance, version, part } = (socket.handshake.auth ?? {}) as Record<string, unknown>;
  const named = InstanceId.safeParse(instance);
  const held = part === undefined || part === null ? null : Part.safeParse(part);
  if (held && !held.success) throw invalid("auth.part", "must be { shards: [0, 1], of: 4 }");
  return {
    instance: named.success ? named.data : socket.id,
    address,
    version: typeof version === "string" && version ? cutText(version, 64, "") : null,
    via: "socket",
    declared: named.success,
    part: held?.data ?? null,
  };
}

/** Drops the request of an admitted socket: for ten thousand sockets it is 20 MB, with cookies and tokens in it. */
export function forgetRequest({ conn, handshake }: Socket): void {
  (conn as { request?: unknown }).request = undefined;
  handshake.headers = {};
  handshake.auth = {};
}
