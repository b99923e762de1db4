/**
 * Background work of telemetry: adding new rows to the search index, and removing old rows. Both work in small
 * transactions, each followed by a pause, so that a request never waits for more than one of them.
 */
import type { Clock } from "@/lib/core/clock";
import type { Jobs } from "@/lib/core/jobs";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { RetentionStore } from "./retention/store";
import { rowsMover } from "./retention/store.lifecycle";
import type { PolicyStore } from "./retention/store.policy";
import type { IndexStore } from "./search/store.index";
import { type Chunk, NOTHING } from "./store.chunk";
import type { Table } from "./store.types";

type Deps = {
  index: IndexStore;
  retention: RetentionStore;
  policy: Pick<PolicyStore, "policy">;
  commands: Pick<CommandsRoom["commands"], "removeSettled">;
  now: Clock;
  /** For how long a chunk may hold the database. */
  chunkMs?: number;
};

const TABLES: Table[] = ["log", "message"];
const INDEX_EVERY_MS = 1_000;
/**
 * Fewer new rows than this wait up to INDEX_WITHIN_MS for more: a row indexed by itself costs as much as a hundred together.
 * A search reads them meanwhile.
 */
const INDEX_LEAST = 100;
const INDEX_WITHIN_MS = 10_000;
const PRUNE_EVERY_MS = 5 * 60_000;
/**
 * The size of a chunk is adjusted so that it holds the database for about this long (ms). On SQLite, nothing else is written
 * meanwhile and the process stands still. On PostgreSQL both go on, and larger chunks cost the process less.
 */
export const CHUNK_MS = { sqlite: 8, postgresql: 40 };
/** A chunk never grows by more than GROWTH at once, because the first rows may be cheaper than the next. */
const CHUNK = { least: 100, first: 200, most: 10_000 };
const GROWTH = 1.5;
const DAY_MS = 86_400_000;

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Makes the function that repeats a step, each time with as many rows as fit into `chunkMs`, until fewer than `least` were found
 * or the signal aborts. `pause` is the length of the pause after a step, as a share of the step's.
 */
const chunksOf =
  (chunkMs: number) =>
  async (
    step: (limit: number) => Promise<Chunk>,
    signal?: AbortSignal,
    { least = () => 1, pause = 1 }: { least?: (limit: number) => number; pause?: number } = {},
  ): Promise<void> => {
    let limit = CHUNK.first;
    while (!signal?.aborted) {
      const { rows, ms } = await step(limit);
      if (rows < least(limit)) return;
      const fitting = Math.min((rows * chunkMs) / Math.max(ms, 1), limit * GROWTH);
      limit = Math.round(Math.min(CHUNK.most, Math.max(CHUNK.least, fitting)));
      await rest(Math.min(ms * pause, 100));
    }
  };

/** Removes rows: by the retention policy, and of deleted bots. */
function createRemoving(
  { retention, policy, commands, now }: Omit<Deps, "index">,
  inChunks: ReturnType<typeof chunksOf>,
) {
  let underWay = 0;

  /** Pauses half as long as it works, so that removing keeps up with bots that store as fast as they can. */
  async function removing(step: (limit: number) => Promise<Chunk>, signal?: AbortSignal): Promise<void> {
    underWay++;
    await inChunks(step, signal, { pause: 0.5 }).finally(() => underWay--);
  }

  /** Applies the retention policy. */
  async function prune(signal?: AbortSignal): Promise<void> {
    const { retention: kept } = await policy.policy();
    const rules = {
      log: [kept.logs_days, kept.logs_per_bot],
      message: [kept.messages_days, kept.messages_per_bot],
    } as const;
    for (const table of TABLES) {
      const [days, most] = rules[table];
      if (days > 0) await removing((limit) => retention.removeOlder(table, now() - days * DAY_MS, limit), signal);
      if (most > 0)
        for (const botId of await retention.botsOver(table, most))
          await removing((limit) => retention.removeExcess(table, botId, most, limit), signal);
    }
    if (kept.commands_days === 0) return;
    let from: number | null = 0;
    while (from !== null && !signal?.aborted) {
      from = await commands.removeSettled(now() - kept.commands_days * DAY_MS, from, 200);
      await rest(5);
    }
  }

  return {
    isUnderWay: () => underWay > 0,
    prune,

    /**
     * Removes a bot's logs and messages, a slice at a time. It either removes all of them or throws (because the
     * database was closed): the bot's row must not be deleted before them.
     */
    async purge(botId: string): Promise<void> {
      for (const table of TABLES) await removing((limit) => retention.removeOf(table, botId, limit));
    },

    /** Gives a bot's logs and messages to the team that owns the bot, all of them or it throws. */
    async moveRows(botId: string): Promise<void> {
      for (const table of TABLES) await inChunks(rowsMover(table, botId));
    },
  };
}

export function createTelemetryJobs(deps: Deps) {
  const { index, now } = deps;
  const inChunks = chunksOf(deps.chunkMs ?? CHUNK_MS.sqlite);
  const { isUnderWay, ...removal } = createRemoving(deps, inChunks);
  /** When the first of few waiting rows was noticed. */
  const waitingSince = new Map<Table, number>();

  async function isWorthwhile(table: Table): Promise<boolean> {
    const rows = await index.behind(table);
    const since = waitingSince.get(table) ?? now();
    if (rows > 0 && rows < INDEX_LEAST && now() - since < INDEX_WITHIN_MS) {
      waitingSince.set(table, since);
      return false;
    }
    waitingSince.delete(table);
    return rows > 0;
  }

  /**
   * Adds the rows that wait to the index. Ends at a chunk with room left, which has reached the last row: a bot that sends
   * one log at a time would otherwise have each of them indexed in a transaction of its own.
   */
  const extend = (table: Table, signal?: AbortSignal) =>
    inChunks((limit) => index.advance(table, limit), signal, { least: (limit) => limit });

  /** Removes the entries of rows that are gone. Gives way to removing rows: together they would leave requests no time. */
  async function clear(signal?: AbortSignal): Promise<void> {
    for (const table of TABLES)
      await inChunks(async (limit) => (isUnderWay() ? NOTHING : index.clear(table, limit)), signal);
  }

  /** Brings the search index up to date: first it adds new rows, then it removes the entries of rows that are gone. */
  async function catchUp(signal?: AbortSignal): Promise<void> {
    for (const table of TABLES) await extend(table, signal);
    await clear(signal);
  }

  /** Like `catchUp`, but lets few new rows wait for more. */
  async function keepUp(signal?: AbortSignal): Promise<void> {
    for (const table of TABLES) if (await isWorthwhile(table)) await extend(table, signal);
    await clear(signal);
  }

  return {
    prepare: index.prepare,
    catchUp,
    keepUp,
    ...removal,
  };
}

/** Registers the background jobs with the process. */
export const scheduleTelemetryJobs = ({ every }: Pick<Jobs, "every">, work: ReturnType<typeof createTelemetryJobs>) => [
  every({
    ...{ name: "telemetry.index", interval: INDEX_EVERY_MS, isLed: true },
    run: ({ signal }) => work.keepUp(signal),
  }),
  every({
    ...{ name: "telemetry.prune", interval: PRUNE_EVERY_MS, first: 0, isLed: true },
    run: ({ signal }) => work.prune(signal),
  }),
];
