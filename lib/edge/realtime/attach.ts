/**
 * Socket.IO beside the HTTP server (CONTRACT: live channels): who may connect, which rooms it joins, and what facts it
 * hears. Each process serves its own sockets from the bus, so no adapter between processes is needed.
 */
import type { Server as HttpServer } from "node:http";
import { Server, type Socket } from "socket.io";
import type { App } from "@/lib/app";
import { type Actor, type BotActor, isRevoked } from "@/lib/core/actor";
import { bus, type Facts } from "@/lib/core/bus";
import { env } from "@/lib/core/env";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { maintenance, underMaintenance } from "@/lib/core/maintenance";
import { BOT_SECTIONS, type ConfigUpdate } from "@/lib/core/settings/contract";
import { BUILD_ID } from "@/lib/core/startup/build";
import type { Arrival } from "@/lib/fleet/bots";
import { InstanceId } from "@/lib/fleet/bots/contract.instances";
import { Part } from "@/lib/fleet/bots/contract.shards";
import { isFor } from "@/lib/fleet/commands";
import type { Command } from "@/lib/fleet/commands/contract";
import { admit } from "./admit";
import { ADMINS, audienceOf } from "./audience";
import { CONNECT_MS, guardEntrance, MESSAGE_BYTES } from "./entrance";
import { subscribe } from "./events";
import { gatherWrites } from "./frames";
import { createLive } from "./live";
import { exactParser } from "./parser";
import { joinPersonal, subscribePersonal } from "./personal";
import { attachTickets } from "./rooms/tickets";
import { joinTasks, subscribeTasks } from "./rooms/transfers";
import { createCalls } from "./sockets";

/** How long a bot may take to confirm a pushed command; it may still ack it later. */
const CONFIRM_MS = 60_000;
/** How often each connected bot is looked after (leases that ended) and each credential checked again. */
const CHORE_MS = 10_000;
const RECHECK_MS = 60_000;
/** How often a share of them is: all of ten thousand at once would hold everything else up. */
const SHARE_MS = 250;

/** `arrival`: which program of the bot this is. */
type Data = { actor: Actor; arrival?: Arrival; recheck: () => Promise<boolean> };
type AppSocket = Socket & { data: Data };

export type Realtime = {
  io: Server;
  close(): Promise<void>;
};

export function attachRealtime(app: App, server: HttpServer): Realtime {
  const { botInstances, botSockets, commands, config } = app;
  const io = new Server(server, {
    path: "/socket.io",
    destroyUpgrade: false,
    // Clients of Socket.IO 2 (the Java, Dart and C++ ones among them) still speak the protocol before.
    allowEIO3: true,
    serveClient: false,
    parser: exactParser,
    maxHttpBufferSize: MESSAGE_BYTES,
    connectTimeout: CONNECT_MS,
    cors: { origin: env.CORS_ORIGINS, credentials: true },
  });
  const entrance = guardEntrance(io);
  /** Sockets of each bot; the newest gets what is pushed. */
  const botsHere = new Map<string, Set<AppSocket>>();
  /** Bots whose queue is looked at just now; true when it has to be looked at again. */
  const pumping = new Map<string, boolean>();
  const calls = createCalls(app);
  const ticketRooms = attachTickets(app, io);
  const live = createLive((room, batch) => io.local.to(room).emit("batch", batch));

  io.use(async (socket, next) => {
    try {
      if (maintenance.on) throw underMaintenance();
      Object.assign(socket.data, await identify(app, socket));
      entrance.admit(socket.conn, (socket.data as Data).actor);
      next();
    } catch (error) {
      const refused =
        error instanceof AppError ? error : new AppError("INTERNAL_ERROR", "The server could not check the credential");
      if (refused !== error) logger.error({ err: error }, "a socket could not be identified");
      next(Object.assign(new Error(refused.message), { data: { code: refused.code, retryAfter: refused.retryAfter } }));
    }
  });

  // Disconnect every socket: their sessions belong to the database that is about to be replaced. Clients reconnect by
  // themselves.
  bus.on("backup.maintenance", ({ on }) => void (on && io.local.disconnectSockets(true)));

  io.on("connection", (plain) => {
    const socket = plain as AppSocket;
    const { actor } = socket.data;
    gatherWrites(socket);
    const isPage = Boolean(socket.handshake.auth?.page_user);
    forgetRequest(socket);
    const hello = { status: "connected", client_id: socket.id, timestamp: new Date().toISOString() };
    // A page of the console that comes back after an upgrade learns that it is out of date.
    if (isPage) socket.emit("build", BUILD_ID);
    socket.emit("connected", hello);
    socket.emit("connection_established", hello);
    if (actor.kind === "user") {
      ticketRooms.welcome(socket, actor);
      calls.welcomeUser(socket, actor, live);
      joinPersonal(socket, actor);
      joinTasks(socket, actor);
    }
    if (actor.kind === "bot") enterBot(socket, actor);
  });

  function enterBot(socket: AppSocket, actor: BotActor) {
    const { bot_id } = actor;
    const mine = botsHere.get(bot_id) ?? new Set();
    botsHere.set(bot_id, mine);
    mine.add(socket);
    botSockets.connected(bot_id);
    const { arrival } = socket.data;
    if (arrival)
      botInstances
        .connected(actor, arrival)
        .catch((error) => logger.warn({ err: error, bot_id }, "an instance could not be counted"));
    socket.on("disconnect", () => {
      if (arrival) botInstances.disconnected(actor, arrival.instance);
      mine.delete(socket);
      if (mine.size === 0 && botsHere.get(bot_id) === mine) botsHere.delete(bot_id);
      botSockets.disconnected(bot_id);
      if (botsHere.has(bot_id)) pushAgain(bot_id);
      else commands.disconnected(bot_id, actor.owner_id);
    });
    ticketRooms.welcome(socket, actor);
    calls.welcomeBot(socket, actor);
    pushAgain(bot_id);
    void pump(bot_id, actor.owner_id);
  }

  function push(command: Command) {
    const socket = [...(botsHere.get(command.bot_id) ?? [])].findLast((one) => isFor(command, shardsOf(one)));
    socket?.timeout(CONFIRM_MS).emit("new_command", command, (error: Error | null) => {
      if (!error) commands.confirm(command.bot_id, command.id);
    });
  }

  /** Shards of each program of the bot here, the newest first; of one that names none, all of them. */
  function programsHere(botId: string): Set<readonly number[] | undefined> {
    return new Set([...(botsHere.get(botId) ?? [])].map(shardsOf).reverse());
  }

  /** Send unconfirmed commands of an earlier socket before newer ones. A bot drops duplicates by the command's id. */
  function pushAgain(botId: string) {
    for (const command of commands.unreceived(botId)) push(command);
  }

  /** Leases and pushes what waits for a connected bot. Calls meanwhile are one more look. */
  async function pump(botId: string, ownerId: number | null) {
    if (pumping.has(botId)) return void pumping.set(botId, true);
    try {
      do {
        pumping.set(botId, false);
        for (const shards of programsHere(botId))
          for (const command of await commands.dispatch(botId, ownerId, shards)) push(command);
      } while (pumping.get(botId));
    } catch (error) {
      logger.warn({ err: error, bot_id: botId }, "commands could not be pushed; they are tried again");
    } finally {
      pumping.delete(botId);
    }
  }

  const ends = [
    // Before those who watch are told: the bot is waited for.
    bus.on("command.queued", ({ command, owner_id }, { remote }) => {
      if (!botsHere.has(command.bot_id)) return;
      // Stored already leased to the bot's socket in this process: push it. Otherwise lease what waits.
      if (command.dispatched_at && !remote) push(command);
      else void pump(command.bot_id, owner_id);
    }),
    subscribe((event) => {
      const rooms = audienceOf(event.owner_id).filter((room) => io.of("/").adapter.rooms.has(room));
      if (rooms.length > 0) io.local.to(rooms).emit(event.event, event.data);
      live.push(event);
    }),
    subscribePersonal(io),
    subscribeTasks(io),
    bus.on("command.settled", ({ command, owner_id }) => {
      // Settled without the bot's word (cancelled, say): a bot that is at work on it hears of it.
      if (command.reason)
        for (const socket of botsHere.get(command.bot_id) ?? []) socket.emit("command_update", command);
      if (botsHere.has(command.bot_id) && commands.hasBacklog(command.bot_id)) void pump(command.bot_id, owner_id);
    }),
    bus.on("command.due", ({ bot_id, owner_id }) => void pump(bot_id, owner_id)),
    bus.on("bot.settings", ({ bot, settings, version }) => {
      for (const socket of botsHere.get(bot.id) ?? [])
        socket.emit("settings_update", { bot_id: bot.id, settings, version });
    }),
    bus.on("config.changed", (fact) => void tellConfig(fact).catch((error) => logger.warn({ err: error }, "config"))),
    bus.on("bot.token_changed", ({ bot }) => cutBot(bot.id)),
    bus.on("bot.deleted", ({ bot }) => cutBot(bot.id)),
    bus.on("bot.superseded", ({ bot_id, instances }) => {
      for (const socket of [...(botsHere.get(bot_id) ?? [])]) {
        if (!socket.data.arrival || !instances.includes(socket.data.arrival.instance)) continue;
        socket.emit("error", { code: "SUPERSEDED", message: "Another instance of this bot was kept: stop this one" });
        socket.disconnect(true);
      }
    }),
    bus.on("bus.gap", catchUp),
    bus.on("access.revoked", (ended) => {
      for (const socket of io.of("/").sockets.values())
        if (isRevoked((socket.data as Data).actor, ended)) socket.disconnect(true);
    }),
  ];

  /** `config_update` to the admins here, and to the bots that may read the section. */
  async function tellConfig({ section, version, config: fields, changes, by }: Facts["config.changed"]) {
    const changed = Object.keys(changes);
    const update: ConfigUpdate = { section, version, config: fields, changed, by: by.username };
    io.local.to(ADMINS).emit("config_update", update);
    if (!(BOT_SECTIONS as readonly string[]).includes(section)) return;
    const allowed = new Map<number | null, boolean>();
    for (const socket of [...botsHere.values()].flatMap((sockets) => [...sockets])) {
      const { actor } = socket.data;
      if (actor.kind !== "bot") continue;
      if (!allowed.has(actor.owner_id)) allowed.set(actor.owner_id, await config.mayHear(actor.owner_id));
      if (allowed.get(actor.owner_id)) socket.emit("config_update", update);
    }
  }

  function cutBot(botId: string) {
    for (const socket of [...(botsHere.get(botId) ?? [])]) socket.disconnect(true);
  }

  /**
   * Facts of other processes were missed. People's lines are broken: pages come back by themselves and read anew. Bots stay:
   * a little at a time, whether they still may is checked, and what waits is pushed.
   */
  function catchUp() {
    let place = 0;
    for (const socket of io.of("/").sockets.values()) {
      const { actor, recheck } = socket.data as Data;
      if (actor.kind !== "bot") socket.conn.close();
      else
        setTimeout(async () => {
          if (await recheck().catch(() => true)) void pump(actor.bot_id, actor.owner_id);
          else socket.disconnect(true);
        }, place++ / 2).unref();
    }
  }

  const counts = () => {
    const bots = [...botsHere.values()].reduce((sum, sockets) => sum + sockets.size, 0);
    return { bots, consoles: io.of("/").sockets.size - bots };
  };
  bus.share("clients", () => io.of("/").sockets.size);
  bus.share("sockets.bots", () => counts().bots);
  bus.share("sockets.consoles", () => counts().consoles);

  const lookAfter = inShares(CHORE_MS, botsHere, ([botId, [socket]]) => {
    if (socket?.data.actor.kind !== "bot") return;
    void pump(botId, socket.data.actor.owner_id);
    commands.offer(botId, socket.data.actor.owner_id);
  });
  // A credential may end by time, which no fact announces.
  const recheck = inShares(RECHECK_MS, io.of("/").sockets, ([, socket]) =>
    (socket.data as Data)
      .recheck()
      .then((valid) => valid || socket.disconnect(true))
      .catch(() => {}),
  );
  const chores = background([
    jobs.every({ name: "sockets.commands", interval: SHARE_MS, run: lookAfter }),
    jobs.every({ name: "sockets.recheck", interval: SHARE_MS, run: recheck }),
  ]);
  void chores.start();

  return {
    io,
    async close() {
      await chores.stop();
      for (const end of ends) end();
      live.close();
      ticketRooms.close();
      // Clients reconnect by themselves, with jitter, wherever the next process listens.
      io.local.disconnectSockets(true);
      io.engine.close();
    },
  };
}

const shardsOf = ({ data }: AppSocket): readonly number[] | undefined => data.arrival?.part?.shards;

/** Drops the request of an admitted socket: for ten thousand sockets it is 20 MB, with cookies and tokens in it. */
function forgetRequest({ conn, handshake }: Socket): void {
  (conn as { request?: unknown }).request = undefined;
  handshake.headers = {};
  handshake.auth = {};
}

/** Calls `look` for each of `all` about every `ms`, a share of them each time it is called itself, every SHARE_MS. */
function inShares<T>(ms: number, all: Iterable<T>, look: (one: T) => unknown): () => void {
  const shares = Math.ceil(ms / SHARE_MS);
  let share = 0;
  return () => {
    let place = 0;
    for (const one of all) if (place++ % shares === share) look(one);
    share = (share + 1) % shares;
  };
}

/** Identifies the caller and, for a bot, its program. @throws AppError as admit; SUPERSEDED */
async function identify(app: App, socket: Socket): Promise<Data> {
  const { actor, ip, recheck } = await admit(app, socket.request, tokenOf(socket), socket.handshake.auth?.page_user);
  const arrival = actor.kind === "bot" ? arrivalOf(socket, ip) : undefined;
  if (arrival && actor.kind === "bot") app.botInstances.check(actor.bot_id, arrival);
  return { actor, arrival, recheck };
}

/** The token of the handshake. Clients of Socket.IO 2 have no `auth`: they carry it in the address, as `/ws` takes it. */
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
