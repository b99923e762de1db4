/**
 * `/ws`, the plain WebSocket of document 002 "WebSocket API". CONTRACT "Live channels" adds unsubscribe, ping, and how bad
 * input is answered: with `{type:"error"}`, the socket staying open.
 */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { App } from "@/lib/app";
import { type Actor, callerKey, isRevoked } from "@/lib/core/actor";
import { bus, type Facts } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { background, jobs } from "@/lib/core/jobs";
import { toldError } from "@/lib/core/log/logger";
import { maintenance, underMaintenance } from "@/lib/core/maintenance";
import { check, countRequest, parseJson, refuseUpgrade } from "@/lib/edge/http";
import { seesAll } from "@/lib/identity/access";
import type { Task } from "@/lib/operations/transfers/contract";
import { type Admitted, admit } from "./admit";

const METRICS_MS = 5_000;
const ALIVE_MS = 30_000;
const RECHECK_MS = 60_000;
const MESSAGE_BYTES = 16_384;
const SUBSCRIPTIONS_MAX = 100;
const SOCKETS_PER_CALLER = 50;
/** A client that reads this much too slowly is let go: what it missed it can ask for. */
const BACKLOG_BYTES = 1_048_576;

const Subscription = z.discriminatedUnion(
  "channel",
  [
    z.object({ channel: z.literal("task_updates"), taskId: z.string().min(1).max(64).optional() }),
    z.object({ channel: z.literal("system_metrics") }),
  ],
  { error: "must be task_updates or system_metrics" },
);
const Kind = z.object({
  type: z.enum(["subscribe", "unsubscribe", "ping"], { error: "must be subscribe, unsubscribe or ping" }),
});

type Client = Admitted & { socket: WebSocket; topics: Set<string>; alive: boolean };

const topicOf = ({ channel, ...rest }: z.output<typeof Subscription>) =>
  "taskId" in rest && rest.taskId ? `${channel} ${rest.taskId}` : channel;

export function attachWs(app: App) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES, clientTracking: false });
  const clients = new Set<Client>();
  bus.share("sockets.ws", () => clients.size);

  function tell(client: Client, message: unknown) {
    if (client.socket.bufferedAmount > BACKLOG_BYTES) return client.socket.terminate();
    client.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Answers the upgrade, or refuses it in JSON as a request would be. */
  async function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until it is a WebSocket nobody else listens.
    const onError = () => socket.destroy();
    socket.on("error", onError);
    try {
      if (maintenance.on) throw underMaintenance();
      const given = new URL(req.url ?? "/", "http://x").searchParams.get("token") ?? undefined;
      const admitted = await admit(app, req, given);
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
    socket.on("message", (data, isBinary) => void heard(client, data, isBinary));
  }

  async function heard(client: Client, data: RawData, isBinary: boolean) {
    try {
      countRequest("ws", callerKey(client.actor));
      tell(client, await answer(client, isBinary ? undefined : String(data)));
    } catch (error) {
      const { code, message, details = {}, retryAfter } = toldError(error, "a message on /ws failed unexpectedly");
      tell(client, {
        type: "error",
        error: { code, message, details: retryAfter ? { ...details, retryAfter } : details },
      });
    }
  }

  async function answer(client: Client, text: string | undefined): Promise<unknown> {
    let raw: unknown;
    try {
      raw = text === undefined ? undefined : parseJson(text);
    } catch (error) {
      // The check below refuses anything else.
      if (error instanceof AppError) throw error;
    }
    if (!raw || typeof raw !== "object" || Array.isArray(raw))
      throw new AppError("INVALID_INPUT", "A message is a JSON object with a type: subscribe, unsubscribe or ping");
    const { type } = check(Kind, raw);
    if (type === "ping") return { type: "pong", timestamp: new Date().toISOString() };
    const subscription = check(Subscription, raw);
    const topic = topicOf(subscription);
    if (type === "unsubscribe") {
      client.topics.delete(topic);
      return { type: "unsubscribed", ...subscription };
    }
    if (client.actor.kind === "bot") throw new AppError("FORBIDDEN", "A bot's token may not do this");
    if (client.topics.size >= SUBSCRIPTIONS_MAX && !client.topics.has(topic))
      throw new AppError("INVALID_INPUT", `channel: at most ${SUBSCRIPTIONS_MAX} subscriptions on one socket`, {
        field: "channel",
      });
    if (subscription.channel === "task_updates") {
      await app.config.demand("transfers");
      if (subscription.taskId) await app.tasks.get(client.actor, subscription.taskId);
    }
    client.topics.add(topic);
    // The first reading comes at once, to who has just asked alone.
    if (topic === "system_metrics")
      void app.systemMetrics().then(
        (data) => client.topics.has(topic) && tell(client, { type: "metrics", data }),
        () => {},
      );
    return { type: "subscribed", ...subscription };
  }

  function onTask({ task, owner_id }: Facts["task.changed"]) {
    let message: string | undefined;
    for (const client of clients) {
      const { actor, topics } = client;
      if (!topics.has("task_updates") && !topics.has(`task_updates ${task.id}`)) continue;
      if (actor.kind !== "user" || !(seesAll(actor) || actor.user_id === owner_id)) continue;
      message ??= JSON.stringify(updateOf(task));
      tell(client, message);
    }
  }

  /** One reading for all who listen. */
  async function measure() {
    const listening = () => [...clients].filter(({ topics }) => topics.has("system_metrics"));
    if (listening().length === 0) return;
    const message = JSON.stringify({ type: "metrics", data: await app.systemMetrics() });
    for (const client of listening()) tell(client, message);
  }

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
    jobs.every({ name: "ws.metrics", interval: METRICS_MS, run: measure }),
    jobs.every({ name: "ws.ping", interval: ALIVE_MS, run: ping }),
    jobs.every({ name: "ws.recheck", interval: RECHECK_MS, run: recheck }),
  ]);
  void chores.start();
  /** Closes those whose credential no longer counts. */
  function cut(ended: (actor: Actor) => boolean) {
    for (const { actor, socket } of clients) if (ended(actor)) socket.close(1008, "The credential has ended");
  }
  const isBot = (id: string) => (actor: Actor) => actor.kind === "bot" && actor.bot_id === id;
  const ends = [
    bus.on("task.changed", onTask),
    bus.on("access.revoked", (ended) => cut((actor) => isRevoked(actor, ended))),
    bus.on("bot.token_changed", ({ bot }) => cut(isBot(bot.id))),
    bus.on("bot.deleted", ({ bot }) => cut(isBot(bot.id))),
    // Disconnect every socket: their sessions belong to the database that is about to be replaced.
    bus.on("backup.maintenance", ({ on }) => {
      if (on) for (const { socket } of clients) socket.close(1012, "A backup is being restored: connect again");
    }),
  ];

  return {
    upgrade,
    close() {
      void chores.stop();
      for (const end of ends) end();
      for (const { socket } of clients) socket.close(1012, "The server is restarting");
    },
  };
}

/** Document 002 names progress, speed and eta; the rest is beside them. */
const updateOf = (task: Task) => ({
  type: "task_update",
  taskId: task.id,
  data: {
    progress: task.progress,
    speed: task.speed,
    eta: task.eta,
    status: task.status,
    filename: task.filename,
    size: task.size,
    downloaded: task.downloaded,
    error: task.error,
  },
});
