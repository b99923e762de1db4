/** The retention policy, which admins edit. It is stored as one setting with a version. */

import { changeSetting, readSetting } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { DEFAULT_RETENTION } from "@/lib/fleet/telemetry/contract.constants";
import { Retention } from "@/lib/fleet/telemetry/contract.retention";

const POLICY = "retention";

export type StoredPolicy = { retention: Retention; version: number };

/** Fills in the default of each field that was never set. */
function policyOf(text: string | undefined): Retention {
  const stored = Retention.partial().safeParse(text === undefined ? {} : readJson(text));
  return { ...DEFAULT_RETENTION, ...(stored.success ? stored.data : {}) };
}

export function createPolicyStore() {
  return {
    async policy(): Promise<StoredPolicy> {
      const { value, version } = await readSetting(POLICY);
      return { retention: policyOf(value), version };
    },

    /** Changes the given fields. @returns undefined when another version than `expected` is stored */
    async changePolicy(change: Partial<Retention>, expected?: number): Promise<StoredPolicy | undefined> {
      const next = (stored: string | undefined) => JSON.stringify({ ...policyOf(stored), ...change });
      const changed = await changeSetting(POLICY, next, expected);
      return changed && { retention: policyOf(changed.value), version: changed.version };
    },
  };
}

export type PolicyStore = ReturnType<typeof createPolicyStore>;
