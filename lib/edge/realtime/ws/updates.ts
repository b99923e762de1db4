/** Updates that clients of `/ws` receive without asking. */
import type { App } from "@/lib/app";
import type { Facts } from "@/lib/core/bus";
import { seesAll } from "@/lib/identity/access";
import type { Task } from "@/lib/operations/transfers/contract";
import { type Client, send } from "./client";

export function sendTask(clients: Set<Client>, { task, owner_id }: Facts["task.changed"]): void {
  let message: string | undefined;
  for (const client of clients) {
    const { actor, topics } = client;
    if (!topics.has("task_updates") && !topics.has(`task_updates ${task.id}`)) continue;
    if (actor.kind !== "user" || !(seesAll(actor) || actor.user_id === owner_id)) continue;
    message ??= JSON.stringify(updateOf(task));
    send(client, message);
  }
}

/** Sends one reading of the machine's load to all subscribed clients. */
export async function sendMetrics(app: App, clients: Set<Client>): Promise<void> {
  const listening = () => [...clients].filter(({ topics }) => topics.has("system_metrics"));
  if (listening().length === 0) return;
  const message = JSON.stringify({ type: "metrics", data: await app.systemMetrics() });
  for (const client of listening()) send(client, message);
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
