/** Arguments of the services of the configuration. */
import type { Actor } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import type { ConfigStore } from "./store";

export type ConfigDeps = {
  store: ConfigStore;
  bots: { reach(actor: Actor, botId: string, least: TeamRole): Promise<{ team_id: number | null }> };
  /** Returns whether the account is an active admin's. */
  isAdmin(userId: number): Promise<boolean>;
  /** Returns whether the account has an authenticator app or a passkey. */
  hasSecondFactor(userId: number): Promise<boolean>;
  emit: Emit;
  now: Clock;
  /** Absolute path that `transfers.downloadDir` stays within. */
  downloadRoot: string;
  /** Returns the Discord server that this server belongs to; undefined while none is set or found. */
  guildId?: () => string | undefined;
};
