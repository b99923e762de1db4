/** Arguments of the services of the configuration. */
import type { Actor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { ConfigStore } from "./store";

export type ConfigDeps = {
  store: ConfigStore;
  bots: { reach(actor: Actor, botId: string, need: "read" | "manage"): Promise<{ owner_id: number | null }> };
  /** Returns whether the account is an active admin's. */
  isAdmin(userId: number): Promise<boolean>;
  emit: Emit;
  now: Clock;
  /** Absolute path that `transfers.downloadDir` stays within. */
  downloadRoot: string;
};
