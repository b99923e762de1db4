/** Subscriptions (and queries) over a WebSocket at /graphql, by the protocol graphql-transport-ws. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode } from "graphql-ws";
import { WebSocketServer } from "ws";
import type { App } from "@/lib/app";
import { isRevoked } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { unavailable } from "@/lib/core/errors";
import { jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { refuseUpgrade } from "@/lib/edge/http";
import { engineOf } from "./engine";
import { type Sockets, serveOperations } from "./socket-server";
import { whenSwitchedOff } from "./switched";

const MESSAGE_BYTES = 262_144;
/** The most sockets that may be open before they have authenticated. */
const WAITING_MAX = 500;
const RECHECK_MS = 60_000;

/** Handles WebSocket upgrades at /graphql. */
export function graphqlSockets(app: App) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has("graphql-transport-ws") ? "graphql-transport-ws" : false),
  });
  const admitted = new Map() as Sockets["admitted"];
  bus.share("sockets.graphql", () => admitted.size);

  const end = serveOperations({ app, engine: engineOf(app), admitted }, server);

  const recheckAll = startRechecks(admitted);
  const ends = listen(app, server, admitted);

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on("error", () => socket.destroy());
      if (server.clients.size - admitted.size >= WAITING_MAX) {
        refuseUpgrade(request, socket, unavailable("Too many sockets wait to be admitted; try again", 5));
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
      goodbye(server, "The server is restarting");
      void end.dispose();
    },
  };
}

function goodbye(server: WebSocketServer, reason: string): void {
  for (const socket of server.clients) socket.close(1012, reason);
}

function startRechecks(admitted: Sockets["admitted"]) {
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
  return recheckAll;
}

/** @returns functions that stop listening to facts */
function listen(app: App, server: WebSocketServer, admitted: Sockets["admitted"]): (() => void)[] {
  return [
    bus.on("access.revoked", (ended) => {
      for (const [socket, { actor }] of admitted)
        if (isRevoked(actor, ended)) socket.close(CloseCode.Unauthorized, "The credential has ended");
    }),
    whenSwitchedOff(app, () => {
      for (const socket of server.clients) socket.close(CloseCode.Forbidden, "GraphQL was switched off");
    }),
    // Disconnect every socket: their sessions belong to the database that is about to be replaced. Clients connect
    // again after 1012.
    bus.on("backup.maintenance", ({ on }) => on && goodbye(server, "A backup is being restored: connect again")),
  ];
}
