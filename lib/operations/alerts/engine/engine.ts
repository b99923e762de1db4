/**
 * Reads the values of every rule, and decides which subjects start firing and which recover. Only one process does so
 * at a time (../jobs.ts). When a subject reached its threshold is stored (alert_wait), so that a restart, or another
 * process that takes over, continues that wait; time in which no process evaluated rules does not count.
 */

import type { Metric } from "@/lib/operations/alerts/rules/contract";
import type { Read } from "@/lib/operations/alerts/rules/metrics";
import type { RuleStore, WatchedRule } from "@/lib/operations/alerts/rules/store";
import type { Announced, Reading } from "@/lib/operations/alerts/store.rows";
import type { WatchStore } from "./store";
import { memberKey } from "./store.members";

type Deps = {
  store: WatchStore;
  rules: Pick<RuleStore, "enabled">;
  metrics: Record<Metric, Read>;
  /** Returns which of the bots are in a maintenance window now. */
  silenced(botIds: string[]): Promise<ReadonlySet<string>>;
  now(): number;
  newId(prefix: string): string;
  /** Announces a change after its commit. */
  publish(change: Announced, rule: WatchedRule | undefined): Promise<void>;
  onError(error: unknown): void;
};

const RULES_MS = 30_000;

type Decision = {
  fire: Reading[];
  recover: string[];
  /** Subjects that start waiting to fire, and subjects that stop. */
  began: string[];
  ended: string[];
};

/**
 * Decides what a rule's readings change. @param readings values at or above the rule's `recover_below` (or its
 * threshold) @param live subjects that are firing already @param since when each waiting subject first reached the
 * threshold @param silenced bots that raise no alerts now; they wait, so that what still holds afterwards fires then
 */
function decide(
  rule: Pick<WatchedRule, "threshold" | "for_s">,
  readings: Reading[],
  live: Set<string>,
  { since, silenced, at }: { since: ReadonlyMap<string, number>; silenced: ReadonlySet<string>; at: number },
): Decision {
  const seen = new Set(readings.map((reading) => reading.subject));
  const high = readings.filter((reading) => !live.has(reading.subject) && reading.value >= rule.threshold);
  const fire = high.filter(
    ({ subject, bot_id }) =>
      at - (since.get(subject) ?? at) >= rule.for_s * 1000 && (bot_id === null || !silenced.has(bot_id)),
  );
  const firing = new Set(fire.map((reading) => reading.subject));
  const waiting = new Set(high.map((reading) => reading.subject).filter((subject) => !firing.has(subject)));
  return {
    fire,
    recover: [...live].filter((subject) => !seen.has(subject)),
    began: [...waiting].filter((subject) => !since.has(subject)),
    ended: [...since.keys()].filter((subject) => !waiting.has(subject)),
  };
}

/** Returns the bots that have reached the rule's threshold and do not fire yet. */
const botsAbove = ({ threshold }: Pick<WatchedRule, "threshold">, readings: Reading[], live: Set<string>): string[] =>
  readings.flatMap(({ bot_id, subject, value }) =>
    bot_id !== null && value >= threshold && !live.has(subject) ? [bot_id] : [],
  );

const ruleOf = ({ alert }: Announced, rules: Map<string, WatchedRule>): WatchedRule | undefined =>
  alert.rule_id === null ? undefined : rules.get(alert.rule_id);

export function createEngine({ store, rules, metrics, silenced, now, newId, publish, onError }: Deps) {
  /** Waiting subjects by rule; a copy of the stored waits. */
  const waiting = new Map<string, Map<string, number>>();
  /**
   * Milliseconds in which no process evaluated rules before this one did; set until the stored waits were read with it.
   */
  let away: number | undefined;
  let known: { at: number; rules: WatchedRule[] } | undefined;

  const waitsOf = (ruleId: string): Map<string, number> => {
    const since = waiting.get(ruleId) ?? new Map<string, number>();
    waiting.set(ruleId, since);
    return since;
  };

  /** Reads the stored waits again, because another process may have evaluated the rules meanwhile. */
  async function takeOver(awayMs: number): Promise<void> {
    const waits = await store.waits(awayMs);
    waiting.clear();
    for (const { rule_id, subject, since } of waits) waitsOf(rule_id).set(subject, since);
  }

  async function look(rule: WatchedRule, live: Set<string>): Promise<void> {
    const low = Math.min(rule.threshold, rule.recover_below ?? rule.threshold);
    const { readings, whole } = await metrics[rule.metric](rule, low);
    const since = waitsOf(rule.rule_id);
    const mayFire = botsAbove(rule, readings, live);
    const quiet = mayFire.length > 0 ? await silenced(mayFire) : new Set<string>();
    const at = now();
    const { fire, recover, began, ended } = decide(rule, readings, live, { since, silenced: quiet, at });
    // Publish each change after its commit, so that a later failure does not withhold it.
    const tell = async (changes: Announced[]) => {
      for (const change of changes) await publish(change, rule);
    };
    if (fire.length > 0) await tell(await store.fire(rule, fire, at, () => newId("alert")));
    // Subjects missing from a partial reading may still be firing.
    if (whole && recover.length > 0) {
      const keys = recover.map((subject) => memberKey(rule.rule_id, subject));
      await tell(await store.recover(rule, keys, at));
    }
    await store.keepWaits(rule.rule_id, began, ended, at);
    for (const subject of ended) since.delete(subject);
    for (const subject of began) since.set(subject, at);
  }

  return {
    /** Makes the next evaluation read the rules again, because they changed. */
    forget: (): void => {
      known = undefined;
    },

    /**
     * One look at everything. A rule that cannot be read does not keep others from it.
     *
     * @param awayMs in the first look since this process watches: for how long nobody did
     */
    async tick(awayMs?: number): Promise<void> {
      away = awayMs ?? away;
      if (away !== undefined) await takeOver(away);
      away = undefined;
      const isStale = !known || now() - known.at >= RULES_MS;
      if (!known || isStale) known = { at: now(), rules: await rules.enabled() };
      const byId = new Map(known.rules.map((rule) => [rule.rule_id, rule]));
      if (isStale) for (const change of await store.follow(now(), byId)) await publish(change, ruleOf(change, byId));
      for (const id of waiting.keys())
        if (!byId.has(id)) {
          await store.dropWaits(id);
          waiting.delete(id);
        }
      const live = new Map<string, Set<string>>();
      for (const key of await store.live()) {
        const cut = key.indexOf(":");
        const id = key.slice(0, cut);
        live.set(id, (live.get(id) ?? new Set()).add(key.slice(cut + 1)));
      }
      for (const rule of byId.values()) await look(rule, live.get(rule.rule_id) ?? new Set()).catch(onError);
      for (const change of await store.due(now(), byId)) await publish(change, ruleOf(change, byId));
    },
  };
}
