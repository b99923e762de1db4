/** Maps each metric to the function that reads it. */

import { cutText } from "@/lib/core/format/text";
import type { BotScope } from "@/lib/fleet/bots";
import { includes, type OwnedBot, reachedBots } from "@/lib/identity/access";
import type { Counter } from "@/lib/operations/alerts/engine/counters";
import type { LineCount, LineCounter } from "@/lib/operations/alerts/engine/lines";
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
  lines: Pick<LineCounter, "read">;
  /** Returns which of the bots are in a maintenance window now. */
  silenced(botIds: string[]): Promise<ReadonlySet<string>>;
  /** Returns shares from 0 to 1. */
  machine(): Promise<{ cpu: number; memory: number; disk: number }>;
  now(): number;
};
/** The subject of readings of the machine. */
export const SERVER = "server";
/** The subject of readings of the lines that match a query, of all bots together. */
export const LINES = "lines";

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals begin the codes of colours with this character
const COLOURS = /\u001b\[[\d;?]*[ -/]*[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a message has neither these nor marks that turn its direction
const UNREADABLE = /[\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;
const LINE_SHOWN = 160;

/** Writes a line of a log as one short line of plain text. */
const plainLine = (text: string) => cutText(text.replace(COLOURS, "").replace(UNREADABLE, " ").trim(), LINE_SHOWN);

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

/** Returns whether a rule with this scope watches a bot. */
export const watches = ({ visible, bot_ids }: BotScope, bot: OwnedBot): boolean =>
  includes(visible, bot) && (bot_ids === undefined || bot_ids.includes(bot.id));

/**
 * Reads the lines that match a rule's query, of all bots that its owner may see now. Lines of bots in maintenance do not count.
 * The reading names the newest line, and its bot.
 */
function linesOf({ store, lines, silenced }: Pick<Deps, "store" | "lines" | "silenced">): Read {
  return async (rule, low) => {
    const scope = scopeOf(rule);
    const counted = lines
      .read(rule)
      ?.filter(({ bot_id, team_id }) => watches(scope, { id: bot_id, team_id }))
      .sort((a, b) => b.count - a.count);
    if (!counted) return { readings: [], whole: false };
    const sum = (bots: typeof counted) => bots.reduce((total, { count }) => total + count, 0);
    if (sum(counted) < low) return { readings: [], whole: true };
    const quiet = await silenced(counted.slice(0, READINGS_MAX).map(({ bot_id }) => bot_id));
    const loud = counted.filter(({ bot_id }) => !quiet.has(bot_id));
    const value = sum(loud);
    const newest = loud.reduce<LineCount["newest"]>(
      (best, { newest: line }) => (line && line.id > (best?.id ?? 0) ? line : best),
      undefined,
    );
    if (value < low || !newest) return { readings: [], whole: true };
    const name = (await store.names([newest.bot_id])).get(newest.bot_id) ?? newest.bot_id;
    const label = `${name}: ${plainLine(newest.message)}`;
    return { readings: [{ subject: LINES, label, bot_id: newest.bot_id, value }], whole: true };
  };
}

export function createMetrics(deps: Deps): Record<Metric, Read> {
  const { store, errors, failures, transfers, machine, now } = deps;
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
    log_match: linesOf(deps),
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
