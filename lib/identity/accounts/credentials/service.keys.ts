/** Rules of a user's own API keys. Keys are hashed like sessions and shown once. */
import { type Actor, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { actorFields, logSecurity } from "@/lib/core/log/security-log";
import { maxKeyScope, scopeWithin } from "@/lib/identity/accounts/policy";
import type { ApiKeyRow, KeyScope } from "./contract";
import type { AccessStore } from "./store";

const MAX_KEYS = 50;
/** Characters of a key that lists show: its prefix and six of 43 random ones. */
const SHOWN = 9;

export type KeyDeps = {
  access: Pick<AccessStore, "listKeys" | "insertKey" | "revokeKey">;
  emit: Emit;
  now: Clock;
  newId: (prefix: string) => string;
  newKey: () => string;
  hash: (token: string) => string;
};

export function createKeyService({ access, emit, now, newId, newKey, hash }: KeyDeps) {
  return {
    /** The caller's keys that still work, newest first. */
    async listKeys(actor: Actor): Promise<{ keys: ApiKeyRow[]; count: number }> {
      const keys = await access.listKeys(asUser(actor).user_id, now());
      return { keys, count: keys.length };
    },

    /**
     * Makes a key. `secret` is shown here and never again.
     *
     * @throws AppError FORBIDDEN  the scope is above what the caller's role may do
     * @throws AppError CONFLICT   the caller has as many keys as one may have
     */
    async createKey(
      actor: Actor,
      input: { name: string; scope: KeyScope; expires_in_days: number | null },
    ): Promise<{ key: ApiKeyRow; secret: string }> {
      const user = asUser(actor, "admin");
      const limit = maxKeyScope(user.role);
      if (!scopeWithin(input.scope, limit))
        throw new AppError("FORBIDDEN", `Keys of your role reach scope "${limit}" at most`, { field: "scope" });
      const secret = newKey();
      const at = now();
      const { expires_in_days: days } = input;
      const key = await access.insertKey(
        {
          id: newId("key"),
          user_id: user.user_id,
          name: input.name,
          scope: input.scope,
          // ASCII
          prefix: secret.slice(0, SHOWN),
          key_hash: hash(secret),
          created_at: at,
          expires_at: days === null ? null : at + days * 86_400_000,
        },
        MAX_KEYS,
      );
      if (!key)
        throw new AppError("CONFLICT", `You already have ${MAX_KEYS} API keys, which is the limit; revoke one first`);
      emit("account.secured", { user_id: user.user_id, change: "api_key", name: key.name });
      logSecurity("api_key_created", { ...actorFields(actor), created_key_id: key.id, key_scope: key.scope });
      return { key, secret };
    },

    /** Ends one of the caller's keys at once. @throws NOT_FOUND for anybody else's too */
    async revokeKey(actor: Actor, keyId: string): Promise<void> {
      const { user_id } = asUser(actor, "admin");
      if (!(await access.revokeKey(user_id, keyId, now())))
        throw new AppError("NOT_FOUND", `You have no API key ${keyId}`);
      emit("access.revoked", { user_id, key_id: keyId });
      logSecurity("api_key_revoked", { ...actorFields(actor), revoked_key_id: keyId });
    },
  };
}
