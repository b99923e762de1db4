/**
 * Background work of telemetry: new rows enter the search index, old ones are removed. Both work in small transactions
 * and pause after each for as long as it took, so that requests never wait for more than one of them.
 */
import type { Clock } from "@/lib/core/clock";
import type { Indexed, IndexStore } from "./search/store.index";
import type { RetentionStore } from "./store.retention";

type Deps = {
  index: IndexStore;
  retention: RetentionStore;
  now: Clock;
  onError: (error: unknown) => void;
};

const TABLES: Indexed[] = ["log", "message"];
const INDEX_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 5 * 60_000;
/** A chunk grows and shrinks to take about this long. */
const CHUNK_MS = 10;
const CHUNK = { least: 100, most: 2_000 };
const DAY_MS = 86_400_000;

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createChores({ index, retention, now, onError }: Deps) {
  let stopped = false;
  /** Each chore runs once at a time; asked again meanwhile, it is the same run. */
  const running = new Map<string, Promise<void>>();
  const timers: NodeJS.Timeout[] = [];

  /** Repeats a step with as many rows as it manages in CHUNK_MS, until it finds none left or `ended` says so. */
  async function inChunks(step: (limit: number) => Promise<number>, ended = () => stopped): Promise<void> {
    let limit = 200;
    while (!ended()) {
      const began = performance.now();
      const done = await step(limit);
      if (done === 0) return;
      const took = performance.now() - began;
      limit = Math.round(Math.min(CHUNK.most, Math.max(CHUNK.least, (limit * CHUNK_MS) / Math.max(took, 1))));
      await rest(Math.min(took, 100));
    }
  }

  /** Brings the search index up to date. */
  async function catchUp(): Promise<void> {
    for (const table of TABLES) await inChunks((limit) => index.advance(table, limit));
  }

  /** Applies the retention policy. */
  async function prune(): Promise<void> {
    const { retention: policy } = await retention.policy();
    const rules = {
      log: [policy.logs_days, policy.logs_per_bot],
      message: [policy.messages_days, policy.messages_per_bot],
    } as const;
    for (const table of TABLES) {
      const [days, most] = rules[table];
      if (days > 0) await inChunks((limit) => retention.removeOlder(table, now() - days * DAY_MS, limit));
      if (most > 0)
        for (const botId of await retention.over(table, most))
          await inChunks((limit) => retention.removeExcess(table, botId, most, limit));
    }
    if (policy.commands_days === 0) return;
    let from: number | null = 0;
    while (from !== null && !stopped) {
      from = await retention.removeCommands(now() - policy.commands_days * DAY_MS, from, 200);
      await rest(5);
    }
  }

  function once(name: string, chore: () => Promise<void>): Promise<void> {
    const current = running.get(name);
    if (current) return current;
    const run = chore().finally(() => running.delete(name));
    running.set(name, run);
    return run;
  }

  return {
    catchUp: () => once("index", catchUp),
    prune: () => once("prune", prune),

    /**
     * Removes a bot's logs and messages, a slice at a time. It ends with all of them gone or throws (the database was
     * closed meanwhile): the bot's row must not go before them.
     */
    async purge(botId: string): Promise<void> {
      for (const table of TABLES)
        await inChunks(
          (limit) => retention.removeOf(table, botId, limit),
          () => false,
        );
    },

    start(): void {
      stopped = false;
      const every = (ms: number, chore: () => Promise<void>) =>
        timers.push(setInterval(() => void chore().catch(onError), ms).unref());
      every(INDEX_EVERY_MS, () => once("index", catchUp));
      every(PRUNE_EVERY_MS, () => once("prune", prune));
      void index
        .prepare()
        .then(() => once("prune", prune))
        .catch(onError);
    },

    /** Resolves when the slice under way is done. */
    async stop(): Promise<void> {
      stopped = true;
      for (const timer of timers.splice(0)) clearInterval(timer);
      await Promise.allSettled(running.values());
    },
  };
}
