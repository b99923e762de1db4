/** Rules of a user's own API keys. Keys are hashed like sessions and shown once. */
import type { z } from "zod";
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import { type Clock, iso } from "@/lib/core/clock";
import { BOT_AREAS, levelOf } from "@/lib/core/contract.areas";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import type { Quotas } from "@/lib/core/quotas";
import { maxKeyScope, scopeWithin } from "@/lib/identity/accounts/policy";
import type { ApiKeyRow, createApiKey, KeyScope } from "./contract.keys";
import { type CrowdedTag, refuseCrowdedTag } from "./crowded-tags";
import { overlapEnd } from "./overlap";
import type { AccessStore } from "./store";
import type { KeyChoice } from "./store.keys";

const DAY_MS = 86_400_000;
/** Characters of a key that lists show: its prefix and six of 43 random ones. */
const SHOWN = 9;

export type KeyDeps = {
  access: Pick<AccessStore, "listKeys" | "insertKey" | "rotateKey" | "revokeKey">;
  quotas: Pick<Quotas, "of">;
  /** `getMany` finds those of the bots that the actor may see. */
  bots: { getMany: (actor: Actor, ids: string[]) => Promise<ReadonlyMap<string, unknown>> };
  crowdedTag: CrowdedTag;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newKey: () => string;
  hash: (token: string) => string;
};
export type KeyInput = z.output<typeof createApiKey.body>;

const RANK: readonly KeyScope[] = ["read", "operate", "admin"];

/**
 * Turns what the owner asked for into what the key may do.
 *
 * @throws AppError FORBIDDEN      it is above what the owner's role may do
 * @throws AppError INVALID_INPUT  scopes that do not concern bots, for a key that is limited to bots or tags
 */
function choose(user: UserActor, { scope, scopes, bots, tags, ip_ranges }: KeyInput): KeyChoice {
  const limit = maxKeyScope(user.role);
  const level = scope ?? RANK[Math.max(...scopes!.map((area) => RANK.indexOf(levelOf(area))))]!;
  if (!scopeWithin(level, limit)) {
    const field = scope ? "scope" : "scopes";
    throw new AppError("FORBIDDEN", `Keys of your role reach scope "${limit}" at most`, { field });
  }
  const beyond = (bots ?? tags) && scopes?.find((area) => !BOT_AREAS.has(area));
  if (beyond)
    throw invalid(
      "scopes",
      `"${beyond}" reaches beyond single bots: leave it out, or do not limit the key to bots or tags`,
    );
  return { scope: level, scopes: scopes ?? null, bots: bots ?? null, tags: tags ?? null, ip_ranges: ip_ranges ?? null };
}

/**
 * Another secret would work from everywhere, so a key that works from some networks only may replace its own and no other.
 *
 * @throws AppError FORBIDDEN
 */
function refuseWayOut({ limits, key_id }: UserActor, keyId?: string): void {
  if (limits?.allows && (keyId === undefined || keyId !== key_id))
    throw new AppError("FORBIDDEN", "This API key is limited to networks: it may not make or rotate other keys");
}

/** Checks that the actor sees all bots that a key is to be limited to. @throws AppError INVALID_INPUT */
async function checkBots({ bots }: Pick<KeyDeps, "bots">, actor: Actor, ids: readonly string[] | null) {
  if (!ids) return;
  const found = await bots.getMany(actor, [...ids]);
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw invalid("bots", `there is no bot ${cutText(missing, 64, "")} that you may see`);
}

export function createKeyService(deps: KeyDeps) {
  const { access, emit, now, newId, newKey, hash } = deps;
  /** A new secret, and how it is stored. */
  const makeSecret = () => {
    const secret = newKey();
    // ASCII
    return { secret, stored: { prefix: secret.slice(0, SHOWN), key_hash: hash(secret) } };
  };

  return {
    /** The caller's keys that still work, newest first. */
    async listKeys(actor: Actor): Promise<{ keys: ApiKeyRow[]; count: number }> {
      const keys = await access.listKeys(asUser(actor).user_id, now());
      return { keys, count: keys.length };
    },

    /**
     * Makes a key. `secret` is shown here and never again.
     *
     * @throws AppError FORBIDDEN      the scope is above what the caller's role may do, or the caller is a key with networks
     * @throws AppError INVALID_INPUT  a bot that the caller does not see, or a scope that no bot has
     * @throws AppError CONFLICT       the caller has as many keys as one may have, or a tag is on too many bots
     */
    async createKey(actor: Actor, input: KeyInput): Promise<{ key: ApiKeyRow; secret: string }> {
      const user = asUser(actor, "admin");
      refuseWayOut(user);
      const choice = choose(user, input);
      await checkBots(deps, actor, choice.bots);
      await refuseCrowdedTag(deps.crowdedTag, user.user_id, choice.tags);
      const { secret, stored } = makeSecret();
      const at = now();
      const { name, expires_in_days: days } = input;
      const times = { created_at: at, expires_at: days === null ? null : at + days * DAY_MS };
      const row = { id: newId("key"), user_id: user.user_id, name, ...stored, ...times, ...choice };
      const expires_at = times.expires_at === null ? null : iso(times.expires_at);
      describeAct({ target: { type: "api_key", id: row.id, name }, after: { name, ...choice, expires_at } });
      const quota = await deps.quotas.of("api_keys", user.user_id);
      const key = await access.insertKey(row, quota.max);
      if (!key) throw await quota.reached(actor);
      emit("account.secured", { user_id: user.user_id, change: "api_key", name: key.name });
      logSecurity("api_key_created", { ...actorFields(actor), created_key_id: key.id, key_scope: key.scope });
      return { key, secret };
    },

    /**
     * Gives one of the caller's keys a new secret, which is shown here and never again.
     *
     * @param until until when the old secret works too; without it, that stops at once
     * @throws AppError FORBIDDEN      the caller is another key, with networks
     * @throws AppError NOT_FOUND      for anybody else's too
     * @throws AppError INVALID_INPUT  `until` has passed, or is too far away
     */
    async rotateKey(actor: Actor, keyId: string, until?: string): Promise<{ key: ApiKeyRow; secret: string }> {
      const user = asUser(actor, "admin");
      refuseWayOut(user, keyId);
      const { user_id } = user;
      const at = now();
      const end = overlapEnd(until, at);
      const { secret, stored } = makeSecret();
      const rotated = await access.rotateKey({ id: keyId, user_id, at, until: end, ...stored });
      if (!rotated) throw noKey(keyId);
      // While the old secret goes on, its sockets do too.
      if (rotated.ended) emit("access.revoked", { user_id, key_id: keyId });
      emit("account.secured", { user_id, change: "api_key", name: rotated.key.name });
      logSecurity("api_key_rotated", { ...actorFields(actor), rotated_key_id: keyId, old_secret_until: until ?? null });
      return { key: rotated.key, secret };
    },

    /** Ends one of the caller's keys at once. @throws NOT_FOUND for anybody else's too */
    async revokeKey(actor: Actor, keyId: string): Promise<void> {
      const { user_id } = asUser(actor, "admin");
      if (!(await access.revokeKey(user_id, keyId, now()))) throw noKey(keyId);
      emit("access.revoked", { user_id, key_id: keyId });
      logSecurity("api_key_revoked", { ...actorFields(actor), revoked_key_id: keyId });
    },
  };
}

const noKey = (id: string) => new AppError("NOT_FOUND", `You have no API key ${id}`);
