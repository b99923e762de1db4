/** Shared by beginning and finishing a sign-in. */
import type { Clock } from "@/lib/core/clock";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { Landings, StateStore, States } from "@/lib/identity/sso";
import type { Platform } from "@/lib/identity/sso/contract.shapes";
import { type DiscordClient, problem } from "./client";

export type Deps = {
  /** Returns undefined while sign-in by Discord is not set up. */
  client: () => DiscordClient | undefined;
  roles: { admin?: string; moderator?: string; member?: string };
  landings: Landings;
  /** The address at which Discord sends a browser back. */
  callback: string;
  accounts: Pick<
    AccountsRoom["accounts"],
    "signInBy" | "userBy" | "linkIdentity" | "linkedIdentity" | "unlinkIdentity" | "invitationKey"
  >;
  issueAppCode: (userId: number, challenge: string) => string;
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
export function clientOf(deps: Pick<Deps, "client">): DiscordClient {
  const client = deps.client();
  if (!client) throw problem("off");
  return client;
}
