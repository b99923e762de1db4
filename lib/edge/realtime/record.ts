/** Records what people do over their sockets, as route() does for REST. */
import type { Socket } from "socket.io";
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";
import { withinContext } from "@/lib/core/acts";
import { newId } from "@/lib/core/ids";
import { auditScopeOf } from "@/lib/identity/audit/contract.scope";
import type { AppSocket } from "./handshake";

type Caller = { socket: Socket; actor: Actor };
type Handle<C, D> = (caller: C, data: D) => Promise<unknown>;

/** Wraps the handler of an event that stands for a REST operation. Bots' own events are exempt, as their REST calls are. */
export function recordedEvent<C extends Caller, D extends object>(
  { audit }: Pick<App, "audit">,
  action: string,
  handle: Handle<C, D>,
): Handle<C, D> {
  const scope = auditScopeOf({ id: action, method: "POST" });
  return (caller, data) => {
    const { actor, socket } = caller;
    if (actor.kind === "bot" && !scope.bots) return handle(caller, data);
    const { origin } = (socket as AppSocket).data;
    const context = { actor, origin: { ...{ address: "", ...origin }, request_id: newId("req") } };
    return withinContext(context, () => {
      const { ticket_id: id } = data as { ticket_id?: string };
      const target = id === undefined ? undefined : { type: "ticket", id };
      const performed = { action, target, fields: Object.keys(data) };
      const work = () => handle(caller, data);
      return scope.people ? audit.perform(performed, work) : audit.watch(performed, work);
    });
  };
}
