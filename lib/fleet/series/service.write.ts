/** Takes the numbers that bots report. */
import type { Actor } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { Collector } from "./collector";
import { METRIC_NAMES_MAX } from "./contract.constants";
import { bucketAt, MINUTE } from "./steps";
import type { SeriesStore } from "./store";

type Deps = {
  collector: Pick<Collector, "reported">;
  store: Pick<SeriesStore, "read">;
  bots: Pick<BotsRoom["bots"], "reach" | "seen">;
  now: Clock;
};

export function createReportService({ collector, store, bots, now }: Deps) {
  /** The names that each bot reported in the last day, with the time of the last report (epoch ms). */
  const names = new Map<string, Map<string, number>>();

  /** Reads from the store which names a bot used before this process started. */
  async function namesOf(botId: string): Promise<Map<string, number>> {
    const known = names.get(botId);
    if (known) return known;
    const found = new Map<string, number>();
    const range = [bucketAt(MINUTE, now() - MINUTE.keepMs), bucketAt(MINUTE, now())] as const;
    await store.read(MINUTE, [botId], range, ({ reported }) => {
      for (const [name, { at }] of reported ?? []) found.set(name, Math.max(at * 1000, found.get(name) ?? 0));
    });
    // Another report of the same bot may have read them meanwhile.
    const newest = names.get(botId) ?? found;
    names.set(botId, newest);
    return newest;
  }

  return {
    /**
     * Takes numbers that a bot reports, by name.
     *
     * @returns how many
     * @throws AppError NOT_FOUND, FORBIDDEN as for logs
     * @throws AppError INVALID_INPUT the bot has used too many names within a day
     */
    async report(actor: Actor, botId: string, metrics: Readonly<Record<string, number>>): Promise<number> {
      await bots.reach(actor, botId, "maintainer");
      if (actor.kind === "bot") bots.seen(botId);
      const at = now();
      const used = await namesOf(botId);
      const given = Object.keys(metrics);
      const fresh = given.filter((name) => !used.has(name));
      if (used.size + fresh.length > METRIC_NAMES_MAX)
        for (const [name, last] of used) if (last < at - MINUTE.keepMs) used.delete(name);
      if (used.size + fresh.length > METRIC_NAMES_MAX)
        throw new AppError("INVALID_INPUT", `A bot may report ${METRIC_NAMES_MAX} names within a day`, {
          used: [...used.keys()].sort(),
        });
      for (const name of given) used.set(name, at);
      collector.reported(botId, metrics, at);
      return given.length;
    },
    forgetNames: (botId: string): void => void names.delete(botId),
  };
}
