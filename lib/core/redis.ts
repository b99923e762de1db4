/**
 * The connections to Redis, which joins several processes: facts (lib/core/bus.ts) and shared budgets (lib/edge/http/rate-limit.ts).
 * Nothing waits for an unreachable Redis: calls fail at once, and callers continue without it.
 */
import type { Redis } from "ioredis";
import { env } from "./env";
import { logger } from "./log/logger";
import { once } from "./once";
import { derivedKey } from "./secrets";

/** The time after which a command to Redis fails. */
const ANSWER_MS = 1_000;
const RETRY_MAX_MS = 2_000;

const prefix = once(() => `muster:${derivedKey("redis names").toString("hex").slice(0, 16)}`);

/**
 * Prefixes a name with this installation's own: others may share the Redis server, and channels are not separated by
 * database number.
 */
export const redisName = (name: string): string => `${prefix()}:${name}`;

export type RedisLink = { client: Redis; end(): void };

/**
 * Opens a connection that reconnects by itself without limit. Never rejects.
 *
 * @param back called whenever it can be used, the first time too
 */
export async function openRedis(what: string, back: (client: Redis) => void): Promise<RedisLink> {
  const { Redis: Client } = await import("ioredis");
  const client = new Client(env.REDIS_URL!, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    commandTimeout: ANSWER_MS,
    retryStrategy: (times) => Math.min(RETRY_MAX_MS, 50 * 2 ** Math.min(times, 10)),
  });
  let well = true;
  let ended = false;
  // Log an outage once, although every attempt to reconnect fails anew.
  const trouble = (error: string) => {
    if (well && !ended) logger.warn({ err: error }, `redis: ${what} stay within this process until it is back`);
    well = false;
  };
  client.on("error", (error) => trouble(error.message));
  client.on("ready", () => {
    if (!well) logger.info(`redis: ${what} reach the other processes again`);
    well = true;
    back(client);
  });
  client.on("close", () => trouble("the connection ended"));
  await client.connect().catch(() => {});
  return {
    client,
    end() {
      ended = true;
      client.disconnect();
    },
  };
}

let link: RedisLink | undefined;

/**
 * Opens the connection for commands if REDIS_URL is set. `back` is called whenever the connection becomes usable, the
 * first time too.
 */
export async function connectRedis(back: () => void): Promise<void> {
  if (env.REDIS_URL && !link) link = await openRedis("facts and budgets", back);
}

/** Returns the connection for commands; undefined without REDIS_URL and while Redis is unreachable. */
export function redis(): Redis | undefined {
  const client = link?.client;
  return client?.status === "ready" ? client : undefined;
}

export function disconnectRedis(): void {
  link?.end();
  link = undefined;
}
