/** The retention policy of logs, messages and commands, which admins read and change. jobs.ts applies it. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeUpdate } from "@/lib/core/acts";
import { staleUpdate } from "@/lib/core/versions";
import type { Retention } from "@/lib/fleet/telemetry/contract.retention";
import type { PolicyStore, StoredPolicy } from "./store.policy";

export function createRetentionService({ policy }: { policy: PolicyStore }) {
  return {
    /** Returns the retention policy. @throws UNAUTHORIZED, FORBIDDEN */
    async getRetention(actor: Actor): Promise<StoredPolicy> {
      asAdmin(actor);
      return policy.policy();
    },

    /**
     * Changes the given fields of the policy; the background job applies it.
     *
     * @param edited  the version on which the change is based; the change is refused if another version is stored
     * @throws AppError UNAUTHORIZED, FORBIDDEN; CONFLICT another version is stored
     */
    async putRetention(actor: Actor, change: Partial<Retention>, edited?: number): Promise<StoredPolicy> {
      asAdmin(actor, "admin");
      describeUpdate({ type: "settings", id: "retention" }, (await policy.policy()).retention, change);
      const changed = await policy.changePolicy(change, edited);
      if (changed) return changed;
      const { retention: value, version } = await policy.policy();
      throw staleUpdate("The retention policy", { version, value }, edited!, { ...value, ...change });
    },
  };
}
