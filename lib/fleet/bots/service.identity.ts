/** Authenticates bots: finds the bot that a token belongs to. */
import type { BotActor } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Bot } from "./contract";
import type { Presence } from "./presence/presence";
import { createRecent } from "./recent";
import type { Access } from "./service.access";
import type { BotStore } from "./store";

type Deps = {
  store: Pick<BotStore, "findByTokenHash">;
  presence: Pick<Presence, "seen">;
  access: Pick<Access, "get">;
  now: Clock;
  hash: (token: string) => string;
};

export function createIdentity({ store, presence, access, now, hash }: Deps) {
  const actors = createRecent<BotActor>("bot_tokens", now);

  /** Returns the actor for a bot token; null when the token is not valid. */
  async function byToken(token: string): Promise<BotActor | null> {
    const key = hash(token);
    const known = actors.get(key);
    if (known) return known;
    const found = await store.findByTokenHash(key);
    if (!found) return null;
    const actor: BotActor = {
      kind: "bot",
      bot_id: found.id,
      team_id: found.team_id,
      unclaimed: found.claim_code !== null || found.unclaimed_until !== null,
    };
    actors.set(key, actor);
    return actor;
  }

  return {
    byToken,
    forgetTokens: (botId: string): void => actors.deleteWhere((actor) => actor.bot_id === botId),

    /** Checks a bot's id and token (001 bot/auth). @throws AppError UNAUTHORIZED */
    async authenticate(input: { bot_id: string; token: string }): Promise<Bot> {
      const actor = await byToken(input.token);
      if (actor?.bot_id !== input.bot_id) throw new AppError("UNAUTHORIZED", "Unknown bot_id or wrong token");
      presence.seen(actor.bot_id);
      return access.get(actor, actor.bot_id);
    },
  };
}
