/** Shared by beginning and finishing a sign-in. */
import type { Clock } from "@/lib/core/clock";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { type DiscordClient, problem } from "./client";
import type { Platform } from "./contract";
import type { States } from "./state";
import type { StateStore } from "./store";

export type Deps = {
  /** Undefined while sign-in by Discord is not set up. */
  client: DiscordClient | undefined;
  roles: { admin?: string; moderator?: string; member?: string };
  /** The addresses at which sign-ins end, by platform. A token is never sent to any other address. */
  landings: { web: string; android?: string; ios?: string };
  accounts: Pick<AccountsRoom["accounts"], "signInBy" | "linkIdentity" | "linkedIdentity" | "unlinkIdentity">;
  states: States;
  store: Pick<StateStore, "spend">;
  now: Clock;
  newNonce: () => string;
  hash: (text: string) => string;
  same: (a: string, b: string) => boolean;
};
export type Query = { code?: string; state?: string; platform?: Platform; error?: string };
/** The request with which the browser returns from Discord. `browser` is the value of its cookie. */
export type Visit = { browser?: string; ip: string; userAgent?: string };

export const IDENTITY = "discord" as const;

/** @throws AppError off, while sign-in by Discord is not set up */
export function clientOf({ client }: Pick<Deps, "client">): DiscordClient {
  if (!client) throw problem("off");
  return client;
}
