/**
 * Looks at every rule's readings and says what is in trouble and what is well again. One process at a time, by a lease. How
 * long something has been in trouble is kept in memory: after a restart `for_s` begins anew; how long a bot has been
 * offline and a command has waited is known from the database.
 */

import type { Metric } from "./contract";
import type { Read } from "./metrics";
import { type AlertStore, type Change, memberKey, type Reading } from "./store";
import type { RuleStore, StoredRule } from "./store.rules";

type Deps = {
  alerts: Pick<AlertStore, "live" | "fire" | "recover" | "due">;
  rules: Pick<RuleStore, "enabled" | "lease" | "release">;
  metrics: Record<Metric, Read>;
  now(): number;
  newId(prefix: string): string;
  /** A change is committed: announce it. */
  told(change: Change, rule: StoredRule | undefined): Promise<void>;
  onError(error: unknown): void;
};

const LEASE_MS = 20_000;
const RULES_MS = 30_000;

type Decision = { fire: Reading[]; recover: string[] };

/**
 * What a rule's readings mean.
 *
 * @param readings what has the rule's `recover_below` (or its threshold) and more
 * @param live     subjects that are in trouble already
 * @param since    when each subject that is not yet first reached the threshold; changed in place
 */
function decide(
  rule: Pick<StoredRule, "threshold" | "for_s">,
  readings: Reading[],
  live: Set<string>,
  since: Map<string, number>,
  at: number,
): Decision {
  const seen = new Set(readings.map((reading) => reading.subject));
  const fire: Reading[] = [];
  for (const reading of readings) {
    if (live.has(reading.subject)) continue;
    if (reading.value < rule.threshold) {
      since.delete(reading.subject);
      continue;
    }
    const from = since.get(reading.subject) ?? at;
    since.set(reading.subject, from);
    if (at - from < rule.for_s * 1000) continue;
    since.delete(reading.subject);
    fire.push(reading);
  }
  for (const subject of since.keys()) if (!seen.has(subject)) since.delete(subject);
  return { fire, recover: [...live].filter((subject) => !seen.has(subject)) };
}

export function createEngine({ alerts, rules, metrics, now, newId, told, onError }: Deps) {
  const holder = newId("watch");
  const waiting = new Map<string, Map<string, number>>();
  let leasedUntil = 0;
  let known: { at: number; rules: StoredRule[] } | undefined;

  async function holdsLease(): Promise<boolean> {
    const at = now();
    if (leasedUntil - at > LEASE_MS / 2) return true;
    leasedUntil = (await rules.lease(holder, at, at + LEASE_MS)) ? at + LEASE_MS : 0;
    if (leasedUntil === 0) waiting.clear();
    return leasedUntil > 0;
  }

  async function look(rule: StoredRule, live: Set<string>): Promise<void> {
    const low = Math.min(rule.threshold, rule.recover_below ?? rule.threshold);
    const { readings, whole } = await metrics[rule.metric](rule, low);
    const since = waiting.get(rule.rule_id) ?? new Map<string, number>();
    waiting.set(rule.rule_id, since);
    const at = now();
    const { fire, recover } = decide(rule, readings, live, since, at);
    const changes = fire.length > 0 ? await alerts.fire(rule, fire, at, () => newId("alert")) : [];
    // What was left out may well be in trouble still.
    if (whole && recover.length > 0)
      changes.push(
        ...(await alerts.recover(
          rule,
          recover.map((subject) => memberKey(rule.rule_id, subject)),
          at,
        )),
      );
    for (const change of changes) await told(change, rule);
  }

  return {
    /** Rules changed: they are read anew with the next look. */
    forget: (): void => {
      known = undefined;
    },

    /** One look at everything. A rule that cannot be read does not keep others from it. */
    async tick(): Promise<void> {
      if (!(await holdsLease())) return;
      if (!known || now() - known.at >= RULES_MS) known = { at: now(), rules: await rules.enabled() };
      const byId = new Map(known.rules.map((rule) => [rule.rule_id, rule]));
      for (const id of waiting.keys()) if (!byId.has(id)) waiting.delete(id);
      const live = new Map<string, Set<string>>();
      for (const key of await alerts.live()) {
        const cut = key.indexOf(":");
        const id = key.slice(0, cut);
        live.set(id, (live.get(id) ?? new Set()).add(key.slice(cut + 1)));
      }
      for (const rule of byId.values()) await look(rule, live.get(rule.rule_id) ?? new Set()).catch(onError);
      for (const change of await alerts.due(now(), byId))
        await told(change, change.alert.rule_id ? byId.get(change.alert.rule_id) : undefined);
    },

    /** Lets another process begin at once. */
    async stop(): Promise<void> {
      if (leasedUntil > 0) await rules.release(holder);
      leasedUntil = 0;
    },
  };
}
