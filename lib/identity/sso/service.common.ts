/** Shared by beginning and finishing a sign-in. */
import type { Clock } from "@/lib/core/clock";
import type { SsoSettings } from "@/lib/core/env.sso";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { ProviderClient } from "./client.oidc";
import type { Landings } from "./landing";
import { problem } from "./request";
import type { States } from "./states";
import type { StateStore } from "./store";

export type Provider = { settings: SsoSettings; key: string; client: ProviderClient };

export type Deps = {
  providers: Provider[];
  landings: Landings;
  accounts: Pick<
    AccountsRoom["accounts"],
    | "signInBy"
    | "userBy"
    | "offerToJoin"
    | "linkIdentity"
    | "linkedIdentities"
    | "unlinkIdentity"
    | "confirmPassword"
    | "invitationKey"
  >;
  issueAppCode: (userId: number, challenge: string) => string;
  states: States;
  store: Pick<StateStore, "spend">;
  now: Clock;
  newNonce: () => string;
  hash: (text: string) => string;
  same: (a: string, b: string) => boolean;
};

/** @throws AppError unknown */
export function providerOf({ providers }: Pick<Deps, "providers">, id: string): Provider {
  const found = providers.find(({ settings }) => settings.id === id);
  if (!found) throw problem("unknown");
  return found;
}

/** An identity's provider, under which its links are stored. An id is unique at its issuer only, whatever the settings call it. */
export const keyOf = ({ kind, ISSUER, URL: pages }: SsoSettings): string => {
  if (kind === "oidc") return `oidc:${ISSUER}`;
  return pages === "https://github.com" ? "github" : `github:${pages}`;
};
