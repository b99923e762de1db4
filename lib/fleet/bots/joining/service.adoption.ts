/** Bots that registered without a credential wait here until a person adopts or refuses them. */

import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { iso, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { Quotas } from "@/lib/core/quotas";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { JoinRequest } from "@/lib/fleet/bots/contract.joining";
import type { Announce } from "@/lib/fleet/bots/service.common";
import type { BotStore } from "@/lib/fleet/bots/store";
import type { BotRow } from "@/lib/fleet/bots/store.rows";

type Deps = {
  store: Pick<BotStore, "find" | "findByClaimCode" | "unclaimed" | "adopt" | "onAdopt">;
  quotas: Pick<Quotas, "of">;
  announce: Announce;
  /** Drops the cached entries of the bot and its token. */
  forget: (botId: string) => void;
  erase: (row: BotRow) => Promise<void>;
};

export function createAdoption({ store, quotas, announce, forget, erase }: Deps) {
  return {
    /** Registers a function that gives another room's rows of an adopted bot to its owner, in the same transaction. */
    onAdopt: store.onAdopt,

    /**
     * Bots that wait to be adopted, newest first (at most 1000), with their claim codes. Anyone who reads a claim code
     * can adopt its bot, so a read-only credential is refused.
     *
     * @throws AppError FORBIDDEN unless an admin asks, with a credential that may do more than read
     */
    async joinRequests(actor: Actor): Promise<JoinRequest[]> {
      asAdmin(actor, "operate");
      return (await store.unclaimed()).map((row) => ({
        bot_id: row.id,
        name: row.name,
        status: row.status,
        origin: row.origin === "open" ? "open" : "registered",
        claim_code: row.claim_code!,
        joined_from: row.joined_from,
        requested_at: iso(row.created_at),
        expires_at: isoOrNull(row.unclaimed_until),
        metadata: readJson(row.metadata),
      }));
    },

    /**
     * Makes the caller the owner of a waiting bot. Adopting by id is for admins only. The claim code is enough for
     * anyone, because only the bot itself and the admins' page show it.
     *
     * @throws AppError FORBIDDEN  the caller adopts by id and is not an admin, or the key's scope is below `operate`
     * @throws AppError NOT_FOUND  no bot waits under that id or code
     * @throws AppError CONFLICT   somebody else adopted it at the same moment, or the account owns too many bots
     */
    async adopt(actor: Actor, by: { bot_id?: string; claim_code?: string }): Promise<Bot> {
      const user = by.bot_id === undefined ? asUser(actor, "operate") : asAdmin(actor, "operate");
      const row = by.bot_id === undefined ? await store.findByClaimCode(by.claim_code!) : await store.find(by.bot_id);
      if (!row?.claim_code)
        throw new AppError(
          "NOT_FOUND",
          by.bot_id === undefined
            ? "No bot is waiting with this claim code"
            : `No bot ${cutText(by.bot_id, 64, "")} is waiting`,
        );
      const target = { type: "bot", id: row.id, name: row.name };
      describeAct({ target, before: { owner_id: null }, after: { owner_id: user.user_id } });
      const quota = await quotas.of("bots", user.user_id);
      const outcome = await store.adopt(row.id, user.user_id, quota.max);
      if (outcome === "full") throw await quota.reached(actor);
      if (outcome === "gone") throw new AppError("CONFLICT", "Someone else has just adopted this bot");
      forget(row.id);
      return announce("bot.adopted", row.id);
    },

    /** Deletes a waiting bot. @throws AppError NOT_FOUND the bot is not waiting; FORBIDDEN unless an admin asks */
    async refuse(actor: Actor, botId: string): Promise<void> {
      asAdmin(actor, "operate");
      const row = await store.find(botId);
      if (!row?.claim_code) throw new AppError("NOT_FOUND", `No bot ${cutText(botId, 64, "")} waits to be adopted`);
      await erase(row);
    },
  };
}
