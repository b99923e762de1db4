/** Sign-in by Discord: service, store and client wired together, one of each per process. */
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { createDiscordClient } from "./client";
import { createDiscordService } from "./service";
import { createStates } from "./state";
import { createStateStore } from "./store";

const SWEEP_MS = 600_000;
const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, "");

function client() {
  const { DISCORD_CLIENT_ID: clientId, DISCORD_CLIENT_SECRET: clientSecret, DISCORD_GUILD_ID: guildId } = env;
  if (!clientId || !clientSecret) return undefined;
  // Refuse the sign-in when roles cannot be looked up; otherwise everyone would be let in.
  if (!guildId && (env.ADMIN_ROLE_ID || env.MODERATOR_ROLE_ID || env.LOOTLING_ROLE_ID)) return undefined;
  const redirectUri = env.DISCORD_REDIRECT_URI ?? `${publicUrl}/api/discord/callback`;
  return createDiscordClient({
    config: { apiUrl: env.DISCORD_API_URL, clientId, clientSecret, redirectUri, guildId },
    outbound,
    sleep,
    warn: (detail, text) => logger.warn(detail, text),
  });
}

/** Builds the room. Call once per process. */
export function createDiscord({ accounts }: Pick<AccountsRoom, "accounts">) {
  const store = createStateStore();
  const service = createDiscordService({
    client: client(),
    roles: { admin: env.ADMIN_ROLE_ID, moderator: env.MODERATOR_ROLE_ID, member: env.LOOTLING_ROLE_ID },
    landings: {
      web: env.OAUTH_REDIRECT_WEB ?? (env.PUBLIC_URL ? `${publicUrl}/dashboard` : "/dashboard"),
      android: env.OAUTH_REDIRECT_ANDROID,
      ios: env.OAUTH_REDIRECT_IOS,
    },
    accounts,
    states: createStates({ sign, same: sameSecret }),
    store,
    now,
    newNonce: () => newToken("st"),
    hash: hashToken,
    same: sameSecret,
  });
  const sweep = jobs.every({
    ...{ name: "discord.sweep", interval: SWEEP_MS, isLed: true },
    run: () => store.sweep(now()),
  });
  // While sign-in with Discord is off, no sign-in begins, so nothing needs to be swept.
  const discord = { ...service, ...background(service.available() ? [sweep] : []) };
  return { discord };
}
