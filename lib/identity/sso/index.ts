/** Single sign-on: providers, service and store wired together, one of each per process. */
import { now } from "@/lib/core/clock";
import { env, publicUrl } from "@/lib/core/env";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { createGithubClient } from "./client.github";
import { createOidcClient } from "./client.oidc";
import { createGrants } from "./grants";
import { endOf, endsInApp, endWith, firstPage, INVITATION_PAGE, type Landings } from "./landing";
import { createSsoService } from "./service";
import { keyOf, type Provider } from "./service.common";
import { type Begun, createStates, STATE_MS, type States } from "./states";
import { createStateStore, type StateStore } from "./store";

export type { StateStore, States };
export { type Begun, createStates, endOf, endsInApp, endWith, firstPage, INVITATION_PAGE, type Landings, STATE_MS };

const SWEEP_MS = 600_000;

const providers = (): Provider[] =>
  env.sso.map((settings) => {
    const create = settings.kind === "github" ? createGithubClient : createOidcClient;
    const client = create({
      ...{ settings, outbound, now },
      redirectUri: `${publicUrl}/api/auth/sso/${settings.id}/callback`,
      warn: (detail, text) => logger.warn(detail, text),
    });
    return { settings, key: keyOf(settings), client };
  });

/** Builds the room. Call once per process. */
export function createSso({ accounts }: Pick<AccountsRoom, "accounts">) {
  const store = createStateStore();
  const landings: Landings = {
    web: env.OAUTH_REDIRECT_WEB ?? (env.PUBLIC_URL ? `${publicUrl}/dashboard` : "/dashboard"),
    android: env.OAUTH_REDIRECT_ANDROID,
    ios: env.OAUTH_REDIRECT_IOS,
  };
  const newNonce = () => newToken("st");
  const grants = createGrants({ accounts, store, now, newNonce, sign, same: sameSecret });
  const service = createSsoService({
    issueAppCode: grants.issueAppCode,
    newNonce,
    ...{ providers: providers(), landings, accounts, store, now },
    states: createStates({ sign, same: sameSecret }, "sso"),
    hash: hashToken,
    same: sameSecret,
  });
  const sweep = jobs.every({
    ...{ name: "sso.sweep", interval: SWEEP_MS, isLed: true },
    run: () => store.sweep(now()),
  });
  const sso = {
    ...service,
    ...grants,
    landings,
    /** Records that a state was used. @returns false when it was used before */
    spend: store.spend,
    /** The sweep of states whose time is over, as a service of its own. */
    jobs: background([sweep]),
  };
  return { sso };
}

export type SsoRoom = ReturnType<typeof createSso>;
