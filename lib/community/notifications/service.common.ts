/** Shared by the services of notifications: their parts, and the channels that a message may take. */
import type { Emit } from "@/lib/core/bus";
import type { BroadcastStore } from "./broadcasts/store";
import type { Channel, Kind } from "./contract";
import { allows, readStored } from "./preferences";
import type { Inserted, Planner, QueueStore } from "./sending/store";
import { type NotificationStore, toNotification } from "./store";

export type Deps = {
  store: NotificationStore;
  queue: QueueStore;
  broadcasts: BroadcastStore;
  emit: Emit;
  now(): number;
  newId(prefix: string): string;
  /** Channels beside the inbox and Web Push, which need something of the environment. */
  available: { fcm: boolean; email: boolean };
  /** Something may be due. */
  wake(): void;
  /** A broadcast waits to be carried on. */
  carryOn(): void;
  onError(error: unknown): void;
};

/** People of one transaction. */
export const STEP = 200;

/** Is the channel there on this server? */
export const isAvailable = ({ available }: Pick<Deps, "available">, channel: Channel): boolean =>
  channel === "fcm" ? available.fcm : channel === "email" ? available.email : true;

/** Plans one person's deliveries of a kind, by their preferences. */
export const plannerOf =
  (deps: Pick<Deps, "available">, kind: Kind): Planner =>
  (text, priority) => {
    const stored = readStored(text);
    return {
      in_app: allows(stored, kind, "in_app"),
      email: isAvailable(deps, "email") && priority !== "low" && allows(stored, kind, "email"),
      device: (channel) => isAvailable(deps, channel) && allows(stored, kind, channel),
    };
  };

/** Announces what was written to inboxes, and wakes what sends the rest. */
export function announce({ emit, wake }: Pick<Deps, "emit" | "wake">, rows: Inserted[]): void {
  if (rows.length > 0)
    emit("notification.made", {
      items: rows.map((row) => ({ user_id: row.user_id, notification: toNotification(row) })),
    });
  wake();
}
