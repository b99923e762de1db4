/** What a connected socket may say. Each handler validates by contract and calls the service function REST calls too. */
import type { Socket } from "socket.io";
import type { BotActor, UserActor } from "@/lib/access";
import { bots } from "@/lib/bots";
import { reportBotStatus } from "@/lib/bots/contract";
import { commands } from "@/lib/commands";
import { ackCommand, reportProgress, SendMessage } from "@/lib/commands/contract";
import { take } from "@/lib/http";
import { manifests } from "@/lib/manifests";
import { putManifest } from "@/lib/manifests/contract";
import { telemetry } from "@/lib/telemetry";
import { postLogs, postMessages, syncBotData } from "@/lib/telemetry/contract";
import { ADMINS, roomsOf } from "./audience";
import { Watch } from "./contract";
import { on } from "./handler";
import type { Live } from "./live";

/** Made once: making a schema takes longer than all the rest of letting a bot in. */
const Ack = ackCommand.params.extend(ackCommand.body.shape);
/** `progress`: the REST body with the command's id. */
const Progress = reportProgress.params.and(reportProgress.body);

/** A person's socket: `send_message` (000) and, for the console, `watch`. */
export function welcomeUser(socket: Socket, actor: UserActor, live: Live): void {
  const limit = () => take("rest", `u${actor.user_id}`);
  const single = roomsOf(actor);
  const scope = { user_id: actor.user_id, staff: actor.role !== "user" };
  let watching: string | undefined;
  void socket.join(single);
  if (actor.role === "admin") void socket.join(ADMINS);

  const stopWatching = () => {
    if (!watching) return;
    live.leave(watching);
    void socket.leave(watching);
    watching = undefined;
  };
  on(socket, "watch", Watch, limit, async (watch) => {
    if (watch.bot_id !== undefined) await bots.reach(actor, watch.bot_id, "read");
    stopWatching();
    if (watch.topics.length === 0) {
      await socket.join(single);
      return { status: "ok" };
    }
    for (const room of single) await socket.leave(room);
    watching = live.enter(scope, watch);
    await socket.join(watching);
    return { status: "ok" };
  });
  socket.on("disconnect", stopWatching);

  const sent = (answer: { status: "queued" | "error"; command_id: string; error?: string }) =>
    socket.emit("message_sent", { ...answer, timestamp: new Date().toISOString() });
  on(
    socket,
    "send_message",
    SendMessage,
    limit,
    async ({ bot_id, ...payload }) => {
      const command = await commands.send(actor, { bot_id, type: "send_message", payload });
      sent({ status: "queued", command_id: command.id });
      return { status: "queued", command_id: command.id };
    },
    (refused) => sent({ status: "error", command_id: "", error: refused.error }),
  );
}

/** A bot's socket: acks, logs, messages, status and data, exactly as over HTTP. */
export function welcomeBot(socket: Socket, actor: BotActor): void {
  const { bot_id } = actor;
  const limit = () => take("bot", `b${bot_id}`);
  on(socket, "ack", Ack, limit, async (ack) => ({
    status: "ok",
    command: await commands.acknowledge(actor, ack),
  }));
  on(socket, "progress", Progress, limit, async (report) => ({
    status: "ok",
    command: await commands.progress(actor, report),
  }));
  on(socket, "log", postLogs.body, limit, async (logs) => ({
    status: "ok",
    received: await telemetry.postLogs(actor, bot_id, logs),
  }));
  on(socket, "message", postMessages.body, limit, async (messages) => {
    await telemetry.postMessages(actor, bot_id, messages);
    return { status: "ok" };
  });
  on(socket, "status", reportBotStatus.body, limit, async (report) => ({
    status: "ok",
    bot: await bots.report(actor, bot_id, report),
  }));
  on(socket, "manifest", putManifest.body, limit, async ({ commands }) => ({
    status: "ok",
    ...(await manifests.put(actor, bot_id, commands)),
  }));
  on(socket, "sync", syncBotData.body, limit, async (data) => {
    await telemetry.sync(actor, bot_id, data);
    return { status: "ok" };
  });
}
