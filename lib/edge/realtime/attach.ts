/**
 * Socket.IO beside the HTTP server (CONTRACT: live channels): admits sockets, lets them join rooms and sends them
 * facts. Each process serves its own sockets from the bus, so no adapter between processes is needed.
 */
import type { Server as HttpServer } from "node:http";
import { Server } from "socket.io";
import type { App } from "@/lib/app";
import { isRevoked } from "@/lib/core/actor";
import { bus, type Facts } from "@/lib/core/bus";
import { draining } from "@/lib/core/draining";
import { env } from "@/lib/core/env";
import { background, jobs } from "@/lib/core/jobs";
import { logger, toldError } from "@/lib/core/log/logger";
import { maintenance } from "@/lib/core/maintenance";
import type { ConfigUpdate } from "@/lib/core/settings/contract";
import { BUILD_ID } from "@/lib/core/startup/build";
import { ACCESS_EVENT } from "@/lib/identity/teams/contract.constants";
import { ADMINS, audienceOf } from "./audience";
import { type BotSockets, createBotSockets } from "./bots/sockets";
import { CONNECT_MS, type Entrance, guardEntrance, MESSAGE_BYTES } from "./entrance";
import { logOf, subscribe } from "./events";
import { gatherWrites } from "./frames";
import { type AppSocket, forgetRequest, identify, identifyBy, type SocketData } from "./handshake";
import { awaitToken } from "./late-credential";
import { createLimitedKeys, type LimitedKeys } from "./limited";
import { createLive, type Live } from "./live";
import { exactParser } from "./parser";
import { followAlerts, joinPersonal, socketsOf, subscribePersonal } from "./personal";
import { attachTickets } from "./rooms/tickets";
import { joinTasks, subscribeTasks } from "./rooms/transfers";
import { inShares, SHARE_MS } from "./shares";
import { createCalls, followRights } from "./sockets";

/** How often each credential is checked again, because it may expire, which no fact announces. */
const RECHECK_MS = 60_000;

export type Realtime = {
  io: Server;
  close(): Promise<void>;
};

export function attachRealtime(app: App, server: HttpServer): Realtime {
  const io = new Server(server, {
    path: "/socket.io",
    destroyUpgrade: false,
    // Clients of Socket.IO 2 (such as those in Java, Dart and C++) still use the older protocol version.
    allowEIO3: true,
    serveClient: false,
    parser: exactParser,
    maxHttpBufferSize: MESSAGE_BYTES,
    connectTimeout: CONNECT_MS,
    allowRequest: (_, answer) => answer(isAway() ? "The server is restarting" : null, !isAway()),
    cors: { origin: env.CORS_ORIGINS, credentials: true },
  });
  const entrance = guardEntrance(io);
  admitSockets(app, io, entrance);
  const bots = createBotSockets(app);
  const calls = createCalls(app);
  const ticketRooms = attachTickets(app, io);
  const live = createLive((room, batch) => io.local.to(room).emit("batch", batch));

  const limited = createLimitedKeys();

  function welcome(socket: AppSocket): void {
    const { actor } = socket.data;
    greet(socket);
    if (actor.kind === "user") {
      ticketRooms.welcome(socket, actor);
      calls.welcomeUser(socket, actor, { live, limited });
      joinPersonal(socket, actor);
      joinTasks(socket, actor);
    }
    if (actor.kind === "bot")
      bots.enter(socket, actor, () => {
        ticketRooms.welcome(socket, actor);
        calls.welcomeBot(socket, actor);
      });
  }
  io.on("connection", (plain) => {
    const socket = plain as AppSocket;
    if (socket.data.actor.kind !== "public") return welcome(socket);
    awaitToken(socket, {
      identify: (known, token) => identifyBy(app, known, token),
      admit: ({ conn }, actor) => entrance.admit(conn, actor),
      welcome,
    });
  });

  // Push to bots before pages are notified, because a caller waits for the bot.
  const ends = [
    ...[bots.listen(), ...listenForPages(io, { live, limited }, bots), subscribePersonal(io), subscribeTasks(io)],
    app.rights.onChange((userId) => {
      for (const socket of socketsOf(io, userId)) {
        followRights(socket);
        const { actor } = (socket as AppSocket).data;
        if (actor.kind === "user") {
          followAlerts(socket, actor);
          ticketRooms.follow(socket, actor);
        }
        socket.emit(ACCESS_EVENT);
      }
    }),
  ];
  const chores = startChores(io, bots);
  shareCounts(io, bots);

  return {
    io,
    async close() {
      await chores.stop();
      for (const end of ends) end();
      live.close();
      ticketRooms.close();
      sendAway(io);
    },
  };
}

/** Whether clients must come back later: this process is stopping, or its database is being replaced. */
const isAway = () => draining.on || maintenance.on;

/**
 * Closes every connection in the way that stock clients take for a lost one, so that they reconnect by themselves, with
 * jitter. `socket.disconnect()` and `disconnectSockets()` are for callers who must stay away: after them a client does not.
 */
function sendAway(io: Server): void {
  // Close without discarding, so that answers which are already written still reach the client.
  for (const socket of io.of("/").sockets.values()) socket.conn.close();
}

/**
 * Identifies every socket before it connects, or refuses it with a code. A stock client gives up after such a refusal, so a
 * failure of the server closes the connection instead, after which it tries again.
 */
function admitSockets(app: App, io: Server, entrance: Entrance): void {
  io.use(async (socket, next) => {
    try {
      if (isAway()) return void socket.conn.close();
      Object.assign(socket.data, await identify(app, socket));
      const { actor } = socket.data as SocketData;
      if (actor.kind === "public") entrance.wait(socket.conn);
      else entrance.admit(socket.conn, actor);
      next();
    } catch (error) {
      const refused = toldError(error, "a socket could not be identified");
      if (refused.status >= 500) return void socket.conn.close();
      next(Object.assign(new Error(refused.message), { data: { code: refused.code, retryAfter: refused.retryAfter } }));
    }
  });
}

/** Sends the first events of a connection. */
function greet(socket: AppSocket): void {
  gatherWrites(socket);
  const isPage = Boolean(socket.handshake.auth?.page_user);
  forgetRequest(socket);
  const hello = { status: "connected", client_id: socket.id, timestamp: new Date().toISOString() };
  // A console page that reconnects after an upgrade learns from the build id that it is out of date.
  if (isPage) socket.emit("build", BUILD_ID);
  socket.emit("connected", hello);
  socket.emit("connection_established", hello);
}

type Audience = { live: Live; limited: LimitedKeys };

/** Sends facts to the people who may see them. */
function listenForPages(io: Server, { live, limited }: Audience, bots: BotSockets): (() => void)[] {
  async function tellConfig({ section, version, config, changes, by }: Facts["config.changed"]) {
    const update: ConfigUpdate = { section, version, config, changed: Object.keys(changes), by: by.username };
    io.local.to(ADMINS).emit("config_update", update);
    await bots.tellConfig(update);
  }

  return [
    subscribe((event) => {
      const { bot_id: id, team_id } = event;
      const heard = [...audienceOf({ id, team_id }), ...limited.hearing(event)];
      const rooms = heard.filter((room) => io.of("/").adapter.rooms.has(room));
      if (rooms.length > 0) {
        io.local.to(rooms).emit(event.event, event.data);
        if (event.event === "new_message") io.local.to(rooms).emit("new_log", logOf(event.data));
      }
      live.push(event);
    }),
    bus.on("config.changed", (fact) => void tellConfig(fact).catch((error) => logger.warn({ err: error }, "config"))),
    bus.on("bus.gap", () => catchUp(io, bots)),
    bus.on("access.revoked", (ended) => {
      for (const socket of io.of("/").sockets.values())
        if (isRevoked((socket.data as SocketData).actor, ended)) socket.disconnect(true);
    }),
    // Disconnect every socket: their sessions belong to the database that is about to be replaced.
    bus.on("backup.maintenance", ({ on }) => on && sendAway(io)),
  ];
}

/**
 * Called when facts of other processes were missed. Sockets of people are disconnected, so that pages reconnect and
 * reload. Bots stay connected: one share after the other, their access is checked again and waiting commands are
 * pushed.
 */
function catchUp(io: Server, bots: BotSockets): void {
  let place = 0;
  for (const socket of io.of("/").sockets.values()) {
    const { actor, recheck } = socket.data as SocketData;
    if (actor.kind !== "bot") socket.conn.close();
    else
      setTimeout(async () => {
        if (await recheck().catch(() => true)) void bots.pump(actor.bot_id, actor.team_id);
        else socket.disconnect(true);
      }, place++ / 2).unref();
  }
}

function shareCounts(io: Server, bots: BotSockets): void {
  const all = () => io.of("/").sockets.size;
  bus.share("clients", all);
  bus.share("sockets.bots", bots.count);
  bus.share("sockets.consoles", () => all() - bots.count());
}

function startChores(io: Server, bots: BotSockets) {
  const recheck = inShares(RECHECK_MS, io.of("/").sockets, (share) => {
    for (const [, socket] of share)
      (socket.data as SocketData)
        .recheck()
        .then((valid) => valid || socket.disconnect(true))
        .catch(() => {});
  });
  const chores = background([
    jobs.every({ name: "sockets.commands", interval: SHARE_MS, run: bots.lookAfter }),
    jobs.every({ name: "sockets.recheck", interval: SHARE_MS, run: recheck }),
  ]);
  void chores.start();
  return chores;
}
