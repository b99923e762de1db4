/** The protocol graphql-transport-ws: who is admitted to a socket, and how its operations are executed. */
import type { IncomingMessage } from "node:http";
import { CloseCode } from "graphql-ws";
import { useServer as serveSockets } from "graphql-ws/use/ws";
import type { WebSocket, WebSocketServer } from "ws";
import type { App } from "@/lib/app";
import { callerKey, type UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { exactReviver, NumberRangeError, refuseUnkept } from "@/lib/core/format/json";
import { cutBytes } from "@/lib/core/format/text";
import { maintenance, underMaintenance } from "@/lib/core/maintenance";
import { countRequest, rangeRefusal } from "@/lib/edge/http";
import { admit } from "@/lib/edge/realtime";
import { contextOf } from "./context";
import type { engineOf } from "./engine";
import { toGraphQLError } from "./errors";

/** A close frame holds at most 123 bytes of reason; a longer one throws. */
const CLOSE_REASON_BYTES = 120;
const SOCKETS_PER_CALLER = 20;
const OPERATIONS_PER_SOCKET = 25;

type Engine = ReturnType<typeof engineOf>;
type Admission = { actor: UserActor; recheck: () => Promise<boolean>; running: number };
type Enveloped = ReturnType<Engine["yoga"]["getEnveloped"]>;
type Extra = { socket: WebSocket; request: IncomingMessage };
type Params = Record<string, unknown> | undefined;
export type Sockets = { app: App; engine: Engine; admitted: Map<WebSocket, Admission> };

/** A token in connection_init's payload: `authorization` (any case), `token`, or those in `headers`. */
function tokenOf(params: Params): unknown {
  const headers = (params?.headers ?? {}) as Record<string, unknown>;
  for (const from of [params ?? {}, headers])
    for (const name of ["authorization", "Authorization", "token"])
      if (typeof from[name] === "string") return from[name];
  return undefined;
}

/** Admits who connects, or closes the socket. @returns whether it is admitted */
async function connect({ app, admitted }: Sockets, { socket, request }: Extra, params: Params): Promise<boolean> {
  try {
    const { actor, recheck } = await admit(app, request, tokenOf(params), { takesLocal: true });
    await app.config.demand("graphql");
    // The socket is for subscriptions, which bots may not use.
    if (actor.kind !== "user") throw new AppError("FORBIDDEN", "A bot's token may not do this");
    const same = [...admitted.values()].filter((one) => callerKey(one.actor) === callerKey(actor)).length;
    if (same >= SOCKETS_PER_CALLER) throw new AppError("RATE_LIMITED", `At most ${SOCKETS_PER_CALLER} sockets at once`);
    if (socket.readyState === socket.OPEN) admitted.set(socket, { actor, recheck, running: 0 });
    return true;
  } catch (error) {
    const known = toGraphQLError(error);
    const code = known.extensions.code === "UNAUTHORIZED" ? CloseCode.Unauthorized : CloseCode.Forbidden;
    socket.close(code, cutBytes(known.message, CLOSE_REASON_BYTES));
    return false;
  }
}

/** Checks an operation and says how it is executed. @returns errors when it is not valid. @throws AppError */
async function prepare(
  { app, engine, admitted }: Sockets,
  { socket, request }: Extra,
  payload: Record<string, unknown>,
) {
  const admission = admitted.get(socket);
  // A message may arrive after a malformed one has ended the socket.
  if (!admission) throw new AppError("UNAUTHORIZED", "This socket has ended");
  const { actor } = admission;
  countRequest("graphql", callerKey(actor));
  if (maintenance.on) throw underMaintenance();
  try {
    refuseUnkept(payload);
  } catch (error) {
    throw error instanceof NumberRangeError ? rangeRefusal(error) : error;
  }
  if (admission.running >= OPERATIONS_PER_SOCKET)
    throw new AppError(
      "RATE_LIMITED",
      `At most ${OPERATIONS_PER_SOCKET} operations at once on one socket`,
      undefined,
      60,
    );
  const { schema, execute, subscribe, parse, validate, contextFactory } = engine.yoga.getEnveloped({
    ...contextOf(app, actor),
    request,
    params: payload,
  } as never);
  const document = parse(payload.query);
  const errors = validate(schema, document);
  if (errors.length > 0) return errors.map(toGraphQLError);
  return {
    ...{ schema, document, operationName: payload.operationName || undefined, variableValues: payload.variables },
    contextValue: await contextFactory(),
    // graphql-ws calls these functions instead of graphql's own.
    rootValue: { execute, subscribe },
  };
}

/** Speaks the protocol on the sockets of `server`. */
export function serveOperations(sockets: Sockets, server: WebSocketServer) {
  const { admitted } = sockets;
  return serveSockets(
    {
      connectionInitWaitTimeout: 5_000,
      jsonMessageReviver: exactReviver,
      execute: (args) => (args.rootValue as Enveloped).execute(args),
      subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
      onConnect: ({ connectionParams, extra }) => connect(sockets, extra as Extra, connectionParams),
      onSubscribe: (context, _id, payload) =>
        prepare(sockets, context.extra as Extra, payload as unknown as Record<string, unknown>).catch((error) => [
          toGraphQLError(error),
        ]) as never,
      onOperation(context) {
        const admission = admitted.get((context.extra as Extra).socket);
        if (admission) admission.running++;
      },
      onComplete(context) {
        const admission = admitted.get((context.extra as Extra).socket);
        if (admission) admission.running = Math.max(0, admission.running - 1);
      },
      onError: (_context, _id, _payload, errors) => errors.map((error) => toGraphQLError(error).toJSON()),
      onDisconnect: (context) => void admitted.delete((context.extra as Extra).socket),
      onClose: (context) => void admitted.delete((context.extra as Extra).socket),
    },
    server,
    20_000,
  );
}
