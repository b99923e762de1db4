/**
 * Sockets of document 003's app, which connects without a credential and sends its token with the first ticket that it
 * joins (CONTRACT: live channels). Until the token is valid such a socket is nobody: it is in no room and hears nothing.
 */
import type { UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { toldError } from "@/lib/core/log/logger";
import type { AppSocket, SocketData } from "./handshake";

type Deps = {
  /** @throws AppError UNAUTHORIZED and others */
  identify: (socket: AppSocket, token: string) => Promise<SocketData>;
  /** @throws AppError RATE_LIMITED */
  admit: (socket: AppSocket, actor: UserActor) => void;
  /** Welcomes a socket that has become somebody's. */
  welcome: (socket: AppSocket) => void;
};

const NEEDED = "Send your token with the ticket: join_ticket { ticket_id, token }";

/** Waits for a valid token in `join_ticket`, and hands that event to the handlers of the person it belongs to. */
export function awaitToken(socket: AppSocket, { identify, admit, welcome }: Deps): void {
  async function enter(given: unknown): Promise<void> {
    const token = (given as { token?: unknown } | null | undefined)?.token;
    if (typeof token !== "string" || token === "") throw new AppError("UNAUTHORIZED", NEEDED);
    const identified = await identify(socket, token);
    const { actor } = identified;
    if (actor.kind !== "user") throw new AppError("FORBIDDEN", "Only a person's token joins tickets here");
    // Two packets may arrive together: the first one that is valid decides.
    if (socket.data.actor.kind !== "public" || !socket.connected) return;
    // A socket that is refused stays nobody's.
    admit(socket, actor);
    Object.assign(socket.data, identified);
    socket.offAny(heard);
    welcome(socket);
  }

  function heard(event: string, data: unknown, reply: unknown): void {
    if (event !== "join_ticket") return;
    enter(data).then(
      () => {
        // The client left meanwhile. The only listener is this one, which would ask itself again without an end.
        if (socket.data.actor.kind === "public") return;
        for (const listener of socket.listenersAny()) listener(event, data, reply);
      },
      (error) => {
        const { message, code } = toldError(error, "a socket could not be identified");
        if (typeof reply === "function") reply({ error: message, code });
        else socket.emit("error", { message, code });
      },
    );
  }
  socket.onAny(heard);
}
