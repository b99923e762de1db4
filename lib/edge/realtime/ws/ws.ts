/**
 * `/ws`, the plain WebSocket of document 002 "WebSocket API". CONTRACT "Live channels" adds unsubscribe, ping, and how bad
 * input is answered: with `{type:"error"}`, the socket staying open.
 */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, WebSocketServer } from "ws";
import type { App } from "@/lib/app";
import { type Actor, callerKey, isRevoked } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { background, jobs } from "@/lib/core/jobs";
import { toldError } from "@/lib/core/log/logger";
import { countRequest, refuseUpgrade } from "@/lib/edge/http";
import { admit } from "@/lib/edge/realtime/admit";
import { followMove } from "@/lib/edge/realtime/bots/sockets";
import { type Client, send } from "./client";
import { answer } from "./messages";
import { sendMetrics, sendTask } from "./updates";

const METRICS_MS = 5_000;
const ALIVE_MS = 30_000;
const RECHECK_MS = 60_000;
const MESSAGE_BYTES = 16_384;
const SOCKETS_PER_CALLER = 50;

export function attachWs(app: App) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, clientTracking: false });
  const clients = new Set<Client>();
  bus.share("sockets.ws", () => clients.size);

  /** Answers the upgrade, or refuses it in JSON as a request would be refused. */
  async function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until the socket is a WebSocket, no other code handles its errors.
    const onError = () => socket.destroy();
    socket.on("error", onError);
    try {
      const given = new URL(req.url ?? "/", "http://x").searchParams.get("token") ?? undefined;
      const admitted = await admit(app, req, given, { takesLocal: true });
      const caller = callerKey(admitted.actor);
      const same = [...clients].filter(({ actor }) => callerKey(actor) === caller).length;
      if (same >= SOCKETS_PER_CALLER)
        throw new AppError("RATE_LIMITED", `At most ${SOCKETS_PER_CALLER} sockets at once`, undefined, 60);
      socket.off("error", onError);
      server.handleUpgrade(req, socket, head, (ws) =>
        enter({ ...admitted, socket: ws, topics: new Set(), alive: true }),
      );
    } catch (error) {
      refuseUpgrade(req, socket, toldError(error, "a socket could not be identified"));
    }
  }

  function enter(client: Client) {
    clients.add(client);
    const { socket } = client;
    socket.on("pong", () => {
      client.alive = true;
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => clients.delete(client));
    socket.on("message", (data, isBinary) => void hear(app, client, data, isBinary));
  }

  const chores = startChores(app, clients);
  const ends = listen(clients);

  return {
    upgrade,
    close() {
      void chores.stop();
      for (const end of ends) end();
      for (const { socket } of clients) socket.close(1012, "The server is restarting");
    },
  };
}

/** Answers one message; a refusal is an answer too. */
async function hear(app: App, client: Client, data: RawData, isBinary: boolean): Promise<void> {
  try {
    countRequest("ws", callerKey(client.actor));
    send(client, await answer(app, client, isBinary ? undefined : String(data)));
  } catch (error) {
    const { code, message, details = {}, retryAfter } = toldError(error, "a message on /ws failed unexpectedly");
    send(client, {
      type: "error",
      error: { code, message, details: retryAfter ? { ...details, retryAfter } : details },
    });
  }
}

function startChores(app: App, clients: Set<Client>) {
  function ping() {
    for (const client of clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.socket.ping();
    }
  }
  function recheck() {
    for (const client of clients)
      void client.recheck().then(
        (valid) => valid || client.socket.close(1008, "The credential has ended"),
        () => {},
      );
  }
  const chores = background([
    jobs.every({ name: "ws.metrics", interval: METRICS_MS, run: () => sendMetrics(app, clients) }),
    jobs.every({ name: "ws.ping", interval: ALIVE_MS, run: ping }),
    jobs.every({ name: "ws.recheck", interval: RECHECK_MS, run: recheck }),
  ]);
  void chores.start();
  return chores;
}

/** @returns functions that stop listening to facts */
function listen(clients: Set<Client>): (() => void)[] {
  /** Closes the sockets whose credential has ended. */
  function cut(ended: (actor: Actor) => boolean) {
    for (const { actor, socket } of clients) if (ended(actor)) socket.close(1008, "The credential has ended");
  }
  const isBot = (id: string) => (actor: Actor) => actor.kind === "bot" && actor.bot_id === id;
  return [
    bus.on("task.changed", (fact) => sendTask(clients, fact)),
    bus.on("access.revoked", (ended) => cut((actor) => isRevoked(actor, ended))),
    bus.on("bot.token_changed", ({ bot }) => cut(isBot(bot.id))),
    bus.on("bot.moved", ({ bot }) => {
      for (const { actor } of clients) followMove(actor, bot);
    }),
    bus.on("bot.deleted", ({ bot }) => cut(isBot(bot.id))),
    // Disconnect every socket: their sessions belong to the database that is about to be replaced.
    bus.on("backup.maintenance", ({ on }) => {
      if (on) for (const { socket } of clients) socket.close(1012, "A backup is being restored: connect again");
    }),
  ];
}
