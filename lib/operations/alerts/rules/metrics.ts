/** Maps each metric to the function that reads it. */

import type { BotScope } from "@/lib/fleet/bots";
import { includes, reachedBots } from "@/lib/identity/access";
import type { Counter } from "@/lib/operations/alerts/engine/counters";
import { READINGS_MAX, type ReadingStore } from "@/lib/operations/alerts/engine/store.readings";
import type { Reading } from "@/lib/operations/alerts/store.rows";
import type { Metric } from "./contract";
import type { WatchedRule } from "./store";

type Deps = {
  store: ReadingStore;
  errors: Counter;
  failures: Counter;
  /** Failed transfers, counted for each owner. */
  transfers: Counter;
  /** Returns shares from 0 to 1. */
  machine(): Promise<{ cpu: number; memory: number; disk: number }>;
  now(): number;
};
/** The subject of readings of the machine. */
export const SERVER = "server";

/** Reads the subjects with `low` or more. `whole` is false when there were too many to read all. */
export type Read = (rule: WatchedRule, low: number) => Promise<{ readings: Reading[]; whole: boolean }>;

/**
 * The bots a rule may watch now. A team's rule watches bots of the team, for a team reaches nothing else; a person's rule
 * watches all that the person reaches. Of selected bots the rest is left out, except for an admin.
 */
export const scopeOf = ({
  scope,
  team_id,
  bot_ids,
  of_admin,
  rights,
}: Pick<WatchedRule, "scope" | "team_id" | "bot_ids" | "of_admin" | "rights">): BotScope => ({
  ...(scope !== "all" && !(scope === "selected" && of_admin) && { visible: reachedBots({ user_id: team_id, rights }) }),
  ...(scope === "selected" && { bot_ids }),
});

export function createMetrics({ store, errors, failures, transfers, machine, now }: Deps): Record<Metric, Read> {
  const all = (readings: Reading[], found = readings.length) => ({ readings, whole: found < READINGS_MAX });

  const counted =
    (counter: Counter): Read =>
    async (rule, low) => {
      const { visible, bot_ids } = scopeOf(rule);
      const found = counter
        .read(rule.window_s * 1000, low)
        .filter(
          ({ subject, owner_id }) =>
            includes(visible, { id: subject, team_id: owner_id }) && (!bot_ids || bot_ids.includes(subject)),
        )
        .slice(0, READINGS_MAX);
      // Bots that were deleted meanwhile have no name.
      const names = await store.names(found.map((one) => one.subject));
      return all(
        found.flatMap(({ subject, count }) => {
          const label = names.get(subject);
          return label === undefined ? [] : [{ subject, label, bot_id: subject, value: count }];
        }),
        found.length,
      );
    };
  const ofServer =
    (part: "cpu" | "memory" | "disk"): Read =>
    async (_rule, low) => {
      const value = (await machine())[part] * 100;
      return all(value >= low ? [{ subject: SERVER, label: "The server", bot_id: null, value }] : []);
    };

  return {
    bot_offline: async (rule, low) => all(await store.offline(scopeOf(rule), low, now())),
    queue_age: async (rule, low) => all(await store.queues(scopeOf(rule), low, now())),
    error_logs: counted(errors),
    failed_commands: counted(failures),
    failed_transfers: async (rule, low) => {
      const found = transfers
        .read(rule.window_s * 1000, low)
        .filter((one) => rule.scope === "all" || one.owner_id === rule.team_id)
        .slice(0, READINGS_MAX);
      const people = await store.people(found.flatMap((one) => one.owner_id ?? []));
      return all(
        found.map(({ subject, owner_id, count }) => ({
          ...{ subject, label: people.get(owner_id ?? 0) ?? "somebody", bot_id: null, value: count },
        })),
      );
    },
    disk: ofServer("disk"),
    memory: ofServer("memory"),
    cpu: ofServer("cpu"),
  };
}
