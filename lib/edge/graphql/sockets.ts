/** Subscriptions (and queries) over a WebSocket at /graphql, by the protocol graphql-transport-ws. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode } from "graphql-ws";
import { useServer as serveSockets } from "graphql-ws/use/ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { App } from "@/lib/app";
import { isRevoked, type UserActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { AppError, unavailable } from "@/lib/core/errors";
import { exactReviver, NumberRangeError, refuseUnkept } from "@/lib/core/format/json";
import { cutBytes } from "@/lib/core/format/text";
import { jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { maintenance, underMaintenance } from "@/lib/core/maintenance";
import { countRequest, rangeRefusal, refuseUpgrade } from "@/lib/edge/http";
import { admit } from "@/lib/edge/realtime";
import { contextOf } from "./context";
import { engineOf } from "./engine";
import { toGraphQLError } from "./errors";
import { whenSwitchedOff } from "./switched";

const MESSAGE_BYTES = 262_144;
/** A close frame takes 123 bytes of reason; a longer one throws. */
const CLOSE_REASON_BYTES = 120;
const SOCKETS_PER_CALLER = 20;
/** Before they have said who they are. */
const WAITING_MAX = 500;
const OPERATIONS_PER_SOCKET = 25;
const RECHECK_MS = 60_000;

type Admission = { actor: UserActor; recheck: () => Promise<boolean>; running: number };
type Enveloped = ReturnType<ReturnType<typeof engineOf>["yoga"]["getEnveloped"]>;
type Extra = { socket: WebSocket; request: IncomingMessage };

/** A token in connection_init's payload: `authorization` (any case), `token`, or those in `headers`. */
function tokenOf(params: Record<string, unknown> | undefined): unknown {
  const headers = (params?.headers ?? {}) as Record<string, unknown>;
  for (const from of [params ?? {}, headers])
    for (const name of ["authorization", "Authorization", "token"])
      if (typeof from[name] === "string") return from[name];
  return undefined;
}

/** Handles WebSocket upgrades at /graphql. */
export function graphqlSockets(app: App) {
  const engine = engineOf(app);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has("graphql-transport-ws") ? "graphql-transport-ws" : false),
  });
  const admitted = new Map<WebSocket, Admission>();
  bus.share("sockets.graphql", () => admitted.size);
  const admissionOf = ({ socket }: Extra) => admitted.get(socket);

  async function prepare(extra: Extra, payload: Record<string, unknown>) {
    const admission = admissionOf(extra);
    // A message can follow the malformed one that ended the socket.
    if (!admission) throw new AppError("UNAUTHORIZED", "This socket has ended");
    const { actor } = admission;
    countRequest("graphql", `u${actor.user_id}`);
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
      request: extra.request,
      params: payload,
    } as never);
    const document = parse(payload.query);
    const errors = validate(schema, document);
    if (errors.length > 0) return errors.map(toGraphQLError);
    return {
      ...{ schema, document, operationName: payload.operationName || undefined, variableValues: payload.variables },
      contextValue: await contextFactory(),
      // graphql-ws calls these in place of graphql's own.
      rootValue: { execute, subscribe },
    };
  }

  const end = serveSockets(
    {
      connectionInitWaitTimeout: 5_000,
      jsonMessageReviver: exactReviver,
      execute: (args) => (args.rootValue as Enveloped).execute(args),
      subscribe: (args) => (args.rootValue as Enveloped).subscribe(args),
      async onConnect({ connectionParams, extra }) {
        const { socket, request } = extra as Extra;
        try {
          const { actor, recheck } = await admit(app, request, tokenOf(connectionParams));
          await app.config.demand("graphql");
          // A socket is for subscriptions, and bots have none.
          if (actor.kind !== "user") throw new AppError("FORBIDDEN", "A bot's token may not do this");
          const same = [...admitted.values()].filter((one) => one.actor.user_id === actor.user_id).length;
          if (same >= SOCKETS_PER_CALLER)
            throw new AppError("RATE_LIMITED", `At most ${SOCKETS_PER_CALLER} sockets at once`);
          if (socket.readyState === socket.OPEN) admitted.set(socket, { actor, recheck, running: 0 });
          return true;
        } catch (error) {
          const known = toGraphQLError(error);
          const code = known.extensions.code === "UNAUTHORIZED" ? CloseCode.Unauthorized : CloseCode.Forbidden;
          socket.close(code, cutBytes(known.message, CLOSE_REASON_BYTES));
          return false;
        }
      },
      onSubscribe: (context, _id, payload) =>
        prepare(context.extra as Extra, payload as unknown as Record<string, unknown>).catch((error) => [
          toGraphQLError(error),
        ]) as never,
      onOperation(context) {
        const admission = admissionOf(context.extra as Extra);
        if (admission) admission.running++;
      },
      onComplete(context) {
        const admission = admissionOf(context.extra as Extra);
        if (admission) admission.running = Math.max(0, admission.running - 1);
      },
      onError: (_context, _id, _payload, errors) => errors.map((error) => toGraphQLError(error).toJSON()),
      onDisconnect: (context) => void admitted.delete((context.extra as Extra).socket),
      onClose: (context) => void admitted.delete((context.extra as Extra).socket),
    },
    server,
    20_000,
  );

  const recheckAll = jobs.every({
    ...{ name: "graphql.recheck", interval: RECHECK_MS },
    run() {
      for (const [socket, { recheck }] of admitted)
        void recheck().then(
          (valid) => valid || socket.close(CloseCode.Unauthorized, "The credential has ended"),
          () => {},
        );
    },
  });
  recheckAll.start();
  const ends = [
    bus.on("access.revoked", (ended) => {
      for (const [socket, { actor }] of admitted)
        if (isRevoked(actor, ended)) socket.close(CloseCode.Unauthorized, "The credential has ended");
    }),
    whenSwitchedOff(app, () => {
      for (const socket of server.clients) socket.close(CloseCode.Forbidden, "GraphQL was switched off");
    }),
    // Disconnect every socket: their sessions belong to the database that is about to be replaced. Clients connect
    // again after 1012.
    bus.on("backup.maintenance", ({ on }) => on && goodbye("A backup is being restored: connect again")),
  ];
  function goodbye(reason: string) {
    for (const socket of server.clients) socket.close(1012, reason);
  }

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on("error", () => socket.destroy());
      const isFull = server.clients.size - admitted.size >= WAITING_MAX;
      if (maintenance.on || isFull) {
        const error = isFull ? unavailable("Too many sockets wait to be admitted; try again", 5) : underMaintenance();
        refuseUpgrade(request, socket, error);
        return;
      }
      server.handleUpgrade(request, socket, head, (ws) => {
        ws.on("error", (error) => {
          logger.debug({ err: error }, "a GraphQL socket failed");
          ws.terminate();
        });
        server.emit("connection", ws, request);
      });
    },
    close(): void {
      void recheckAll.stop();
      for (const end of ends) end();
      goodbye("The server is restarting");
      void end.dispose();
    },
  };
}
