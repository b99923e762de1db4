/** Sign-in by Discord: service, store and client wired together, one of each per process. */
import { setTimeout as sleep } from "node:timers/promises";
import { now } from "@/lib/core/clock";
import { env, publicUrl } from "@/lib/core/env";
import { guildId } from "@/lib/core/guild";
import { logger } from "@/lib/core/log/logger";
import { outbound } from "@/lib/core/outbound/index";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import type { AccountsRoom } from "@/lib/identity/accounts";
import { createStates, type SsoRoom } from "@/lib/identity/sso";
import { createDiscordClient } from "./client";
import { createGuild } from "./guild";
import { createGuildSearch } from "./jobs";
import { createDiscordService } from "./service";

const callback = env.DISCORD_REDIRECT_URI ?? `${publicUrl}/api/discord/callback`;

const roleIds = [env.ADMIN_ROLE_ID, env.MODERATOR_ROLE_ID, env.LOOTLING_ROLE_ID].filter((id) => id !== undefined);

function clientOfGuild(guild: string | undefined) {
  const { DISCORD_CLIENT_ID: clientId, DISCORD_CLIENT_SECRET: clientSecret } = env;
  if (!clientId || !clientSecret) return undefined;
  // Refuse the sign-in when roles cannot be looked up; otherwise everyone would be let in.
  if (!guild && roleIds.length > 0) return undefined;
  return createDiscordClient({
    config: { apiUrl: env.DISCORD_API_URL, clientId, clientSecret, redirectUri: callback, guildId: guild },
    outbound,
    sleep,
    warn: (detail, text) => logger.warn(detail, text),
  });
}

export type DiscordRoom = ReturnType<typeof createDiscord>;

/** Builds the room. Call once per process. */
export function createDiscord({ accounts, sso }: Pick<AccountsRoom, "accounts"> & SsoRoom) {
  const discord = createDiscordService({
    client: () => clientOfGuild(guildId()),
    roles: { admin: env.ADMIN_ROLE_ID, moderator: env.MODERATOR_ROLE_ID, member: env.LOOTLING_ROLE_ID },
    landings: sso.landings,
    callback,
    accounts,
    states: createStates({ sign, same: sameSecret }, "discord"),
    store: { spend: sso.spend },
    issueAppCode: sso.issueAppCode,
    now,
    newNonce: () => newToken("st"),
    hash: hashToken,
    same: sameSecret,
  });
  const guild = createGuild({ apiUrl: env.DISCORD_API_URL, token: env.DISCORD_TOKEN, guildId }, now);
  return {
    discord,
    guild,
    discordJobs: createGuildSearch({ apiUrl: env.DISCORD_API_URL, token: env.DISCORD_TOKEN, roles: roleIds }),
  };
}
