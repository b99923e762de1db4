/** Messages of clients on `/ws`, and their answers. */
import { z } from "zod";
import type { App } from "@/lib/app";
import { withinArea } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { check, parseJson } from "@/lib/edge/http";
import { type Client, send } from "./client";

const SUBSCRIPTIONS_MAX = 100;

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

const topicOf = ({ channel, ...rest }: z.output<typeof Subscription>) =>
  "taskId" in rest && rest.taskId ? `${channel} ${rest.taskId}` : channel;

/** @throws AppError INVALID_INPUT */
function messageIn(text: string | undefined): object {
  let raw: unknown;
  try {
    raw = text === undefined ? undefined : parseJson(text);
  } catch (error) {
    // The check below refuses any other value.
    if (error instanceof AppError) throw error;
  }
  if (!raw || typeof raw !== "object" || Array.isArray(raw))
    throw new AppError("INVALID_INPUT", "A message is a JSON object with a type: subscribe, unsubscribe or ping");
  return raw;
}

async function addSubscription(app: App, client: Client, subscription: z.output<typeof Subscription>, topic: string) {
  if (client.actor.kind === "bot") throw new AppError("FORBIDDEN", "A bot's token may not do this");
  if (client.topics.size >= SUBSCRIPTIONS_MAX && !client.topics.has(topic))
    throw new AppError("INVALID_INPUT", `channel: at most ${SUBSCRIPTIONS_MAX} subscriptions on one socket`, {
      field: "channel",
    });
  const isTasks = subscription.channel === "task_updates";
  const actor = withinArea(client.actor, isTasks ? "transfers:read" : "stats:read");
  if (subscription.channel === "task_updates") {
    await app.config.demand("transfers");
    if (subscription.taskId) await app.tasks.get(actor, subscription.taskId);
  }
  client.topics.add(topic);
  // Send the first reading at once, and only to this client.
  if (topic === "system_metrics")
    void app.systemMetrics().then(
      (data) => client.topics.has(topic) && send(client, { type: "metrics", data }),
      (error) => logger.warn({ err: error }, "ws: the load of the machine could not be read"),
    );
}

/** @throws AppError */
export async function answer(app: App, client: Client, text: string | undefined): Promise<unknown> {
  const raw = messageIn(text);
  const { type } = check(Kind, raw);
  if (type === "ping") return { type: "pong", timestamp: new Date().toISOString() };
  const subscription = check(Subscription, raw);
  const topic = topicOf(subscription);
  if (type === "unsubscribe") {
    client.topics.delete(topic);
    return { type: "unsubscribed", ...subscription };
  }
  await addSubscription(app, client, subscription, topic);
  return { type: "subscribed", ...subscription };
}
