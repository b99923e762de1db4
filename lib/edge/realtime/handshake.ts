/** Identifies who connects by Socket.IO, and which program of a bot it is. */
import type { Socket } from "socket.io";
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { Arrival } from "@/lib/fleet/bots";
import { InstanceId } from "@/lib/fleet/bots/contract.instances";
import { Part } from "@/lib/fleet/bots/contract.shards";
import { admit } from "./admit";

/** `arrival`: the program of the bot that connects. */
export type SocketData = { actor: Actor; arrival?: Arrival; recheck: () => Promise<boolean> };
export type AppSocket = Socket & { data: SocketData };

/** Identifies the caller and, for a bot, its program. @throws AppError as admit; SUPERSEDED */
export async function identify(app: App, socket: Socket): Promise<SocketData> {
  const { actor, ip, recheck } = await admit(app, socket.request, tokenOf(socket), socket.handshake.auth?.page_user);
  const arrival = actor.kind === "bot" ? arrivalOf(socket, ip) : undefined;
  if (arrival && actor.kind === "bot") app.botInstances.check(actor.bot_id, arrival);
  return { actor, arrival, recheck };
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
