/** A bot's token: people who maintain the bot can read and replace it. */

import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { Access } from "./service.access";
import type { Secrets } from "./service.common";
import type { BotStore } from "./store";

type Deps = {
  store: Pick<BotStore, "setToken">;
  access: Pick<Access, "readRow" | "fresh">;
  secrets: Pick<Secrets, "newToken" | "hash" | "seal" | "unseal">;
  /** Drops the cached entries of the bot and its token. */
  forget: (botId: string) => void;
  emit: Emit;
};

export function createTokens({ store, access, secrets, forget, emit }: Deps) {
  return {
    /** @throws AppError CONFLICT the token can no longer be shown */
    async token(actor: Actor, botId: string): Promise<string> {
      const { token_cipher, name } = await access.readRow(actor, botId, "maintainer");
      describeAct({ target: { type: "bot", id: botId, name } });
      logSecurity("bot_token_viewed", { ...actorFields(actor), bot_id: botId });
      try {
        return secrets.unseal(token_cipher);
      } catch {
        // The token was sealed with another secret key, or a restore removed it.
        throw new AppError("CONFLICT", "This bot's token can no longer be shown; regenerate it to get a new one");
      }
    },

    async regenerateToken(actor: Actor, botId: string): Promise<string> {
      const row = await access.readRow(actor, botId, "maintainer");
      const next = secrets.newToken();
      describeAct({ target: { type: "bot", id: botId, name: row.name } });
      await store.setToken(botId, secrets.hash(next), secrets.seal(next));
      forget(botId);
      emit("bot.token_changed", { bot: access.fresh(row) });
      logSecurity("bot_token_rotated", { ...actorFields(actor), bot_id: botId });
      return next;
    },
  };
}
