/**
 * Events that a connected socket may send. Each handler validates by contract and calls the service function of the
 * REST route.
 */
import type { Socket } from "socket.io";
import type { z } from "zod";
import type { App } from "@/lib/app";
import { type BotActor, mayArea, type UserActor, withinArea } from "@/lib/core/actor";
import { countRequest } from "@/lib/edge/http";
import type { Arrival } from "@/lib/fleet/bots";
import type { Part } from "@/lib/fleet/bots/contract.shards";
import { reportBotStatus } from "@/lib/fleet/bots/contract.status";
import { SendMessage } from "@/lib/fleet/commands/contract";
import { ackCommand, reportProgress } from "@/lib/fleet/commands/contract.bot";
import { putManifest } from "@/lib/fleet/manifests/contract";
import { postMetrics } from "@/lib/fleet/series/contract";
import { postLogs, postMessages, syncBotData } from "@/lib/fleet/telemetry/contract";
import { ADMINS, AREA_OF_TOPIC } from "./audience";
import { Watch } from "./contract";
import { type Calls, call, listen } from "./handler";
import { type LimitedKeys, singleRooms } from "./limited";
import type { Live } from "./live";
import { recordedEvent } from "./record";

type Person = {
  socket: Socket;
  actor: UserActor;
  live: Live;
  /** The rooms of single events, which a socket leaves while it watches topics. */
  single: string[];
  /** The room of the topics that the socket watches. */
  watching?: string;
};

const people = new WeakMap<Socket, Person>();

/** Moves a person's socket to the rooms of the bots that the person may see now. */
export function followRights(socket: Socket): void {
  const person = people.get(socket);
  if (!person) return;
  const rooms = singleRooms(person.actor);
  const [left, joined] = [person.single.filter((room) => !rooms.includes(room)), rooms];
  person.single = rooms;
  for (const room of left) void socket.leave(room);
  if (!person.watching) void socket.join(joined);
}

function stopWatching(person: Person): void {
  if (!person.watching) return;
  person.live.leave(person.watching);
  void person.socket.leave(person.watching);
  person.watching = undefined;
}

type Message = z.output<typeof SendMessage>;
const perPerson = ({ actor }: Person) => countRequest("rest", `u${actor.user_id}`);
const sent = ({ socket }: Person, answer: { status: "queued" | "error"; command_id: string; error?: string }) =>
  socket.emit("message_sent", { ...answer, timestamp: new Date().toISOString() });

const personCalls = (app: App): Calls<Person> => {
  const { bots, commands } = app;
  return new Map([
    [
      "watch",
      call(perPerson, Watch, async (person: Person, watch) => {
        const { socket, actor, live, single } = person;
        for (const topic of watch.topics) withinArea(actor, AREA_OF_TOPIC[topic]);
        if (watch.bot_id !== undefined) await bots.reach(actor, watch.bot_id, "viewer");
        stopWatching(person);
        if (watch.topics.length === 0) {
          await socket.join(single);
          return { status: "ok" };
        }
        for (const room of single) await socket.leave(room);
        person.watching = live.enter(actor, watch);
        await socket.join(person.watching);
        return { status: "ok" };
      }),
    ],
    [
      "send_message",
      call(
        perPerson,
        SendMessage,
        recordedEvent(app, "sendCommand", async (person: Person, { bot_id, ...payload }: Message) => {
          const command = await commands.send(withinArea(person.actor, "commands:send"), {
            bot_id,
            type: "send_message",
            payload,
          });
          sent(person, { status: "queued", command_id: command.id });
          return { status: "queued", command_id: command.id };
        }),
        (person, { error }) => sent(person, { status: "error", command_id: "", error }),
      ),
    ],
  ]);
};

/** The state that all sockets of people share. */
type Shared = { live: Live; limited: LimitedKeys };

function welcomeUser(calls: Calls<Person>, socket: Socket, actor: UserActor, { live, limited }: Shared): void {
  const leave = limited.enter(actor);
  const person: Person = { socket, actor, live, single: singleRooms(actor) };
  people.set(socket, person);
  void socket.join(person.single);
  if (actor.role === "admin" && mayArea(actor, "server:read")) void socket.join(ADMINS);
  listen(person, calls);
  socket.on("disconnect", () => {
    stopWatching(person);
    leave();
  });
}

type BotCaller = { socket: Socket; actor: BotActor };
const perBot = ({ actor }: BotCaller) => countRequest("bot", `b${actor.bot_id}`);
/** Built once, because building the schema takes longer than the rest of a bot's connection. */
const Ack = ackCommand.params.extend(ackCommand.body.shape);
/** The REST body with the command's id. */
const Progress = reportProgress.params.and(reportProgress.body);

const ofBots = <S extends z.ZodType>(
  schema: S,
  handle: (actor: BotActor, data: z.output<S>, part: Part | null) => Promise<object>,
) =>
  call(perBot, schema, async ({ actor, socket }: BotCaller, data: z.output<S>) => ({
    status: "ok",
    ...(await handle(actor, data, (socket.data as { arrival?: Arrival }).arrival?.part ?? null)),
  }));

const botCalls = ({ bots, commands, manifests, series, telemetry }: App): Calls<BotCaller> =>
  new Map([
    ["ack", ofBots(Ack, async (actor, ack) => ({ command: await commands.acknowledge(actor, ack) }))],
    ["progress", ofBots(Progress, async (actor, report) => ({ command: await commands.progress(actor, report) }))],
    [
      "log",
      ofBots(postLogs.body, async (actor, logs) => ({ ...(await telemetry.postLogs(actor, actor.bot_id, logs)) })),
    ],
    [
      "message",
      ofBots(postMessages.body, async (actor, messages) => {
        const { ignored } = await telemetry.postMessages(actor, actor.bot_id, messages);
        return ignored ? { ignored } : {};
      }),
    ],
    [
      "metrics",
      ofBots(postMetrics.body, async (actor, { metrics }) => ({
        received: await series.report(actor, actor.bot_id, metrics),
      })),
    ],
    [
      "status",
      ofBots(reportBotStatus.body, async (actor, report, part) => ({
        bot: await bots.report(actor, actor.bot_id, { ...report, part: report.part ?? part }),
      })),
    ],
    ["manifest", ofBots(putManifest.body, (actor, { commands }) => manifests.put(actor, actor.bot_id, commands))],
    [
      "sync",
      ofBots(syncBotData.body, async (actor, data, part) => {
        await telemetry.sync(actor, actor.bot_id, { ...data, part: data.part ?? part });
        return {};
      }),
    ],
  ]);

/** The event handlers of sockets. Built once and shared, so that a connected bot has no handlers of its own. */
export function createCalls(app: App) {
  const [ofPersons, ofBot] = [personCalls(app), botCalls(app)];
  return {
    /** A person's socket: `send_message` (000) and, for the console, `watch`. */
    welcomeUser: (socket: Socket, actor: UserActor, shared: Shared): void =>
      welcomeUser(ofPersons, socket, actor, shared),
    /** A bot's socket: acks, logs, messages, status and data, exactly as over HTTP. */
    welcomeBot: (socket: Socket, actor: BotActor): void => listen({ socket, actor }, ofBot),
  };
}
