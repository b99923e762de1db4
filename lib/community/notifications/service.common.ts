/** Shared by the services of notifications: their parts, and the channels that a message may take. */
import type { Emit } from "@/lib/core/bus";
import type { OwnedBot } from "@/lib/identity/access";
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
  /**
   * Returns the people who are notified about a bot: those who operate it for its team, or the one who sent a command and may
   * still see the bot.
   */
  watchersOf(bot: OwnedBot, sender: number | null): Promise<number[]>;
  /** Returns the team that owns a bot; null when nobody does. */
  botTeam(botId: string): Promise<number | null>;
  now(): number;
  newId(prefix: string): string;
  /** Which channels are configured, besides the inbox and Web Push, which always are. */
  available: { fcm: boolean; email: boolean };
  /** Call when a delivery may be due. */
  wake(): void;
  /** Call when a broadcast waits to be sent. */
  carryOn(): void;
  onError(error: unknown): void;
};

/** The number of people handled in one transaction. */
export const STEP = 200;

/** Returns whether this server supports the channel. */
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

/** Announces new inbox entries, and wakes the sender for the other channels. */
export function announce({ emit, wake }: Pick<Deps, "emit" | "wake">, rows: Inserted[]): void {
  if (rows.length > 0)
    emit("notification.made", {
      items: rows.map((row) => ({ user_id: row.user_id, notification: toNotification(row) })),
    });
  wake();
}
