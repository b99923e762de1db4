/** Redis Streams. A message counts as published when XADD has answered. */
import { isIP } from "node:net";
import type { BrokerAddress } from "./address";
import {
  BrokerError,
  type BrokerLink,
  type BrokerMessage,
  CONNECT_MS,
  type MessageHandler,
  type Reading,
  refusedCredentials,
} from "./link";

/** About how many messages a stream keeps; Redis deletes older ones a block at a time. */
const LENGTH_MAX = 100_000;

async function connected({ host, port, user, password, path, isSecure }: BrokerAddress) {
  const { Redis } = await import("ioredis");
  const client = new Redis({
    ...{ host, port, username: user, password, db: Number(path || 0), connectionName: "muster" },
    ...(isSecure && { tls: isIP(host) ? {} : { servername: host } }),
    ...{ lazyConnect: true, enableOfflineQueue: false, retryStrategy: null, maxRetriesPerRequest: 0 },
    ...{ connectTimeout: CONNECT_MS, commandTimeout: CONNECT_MS },
  });
  let problem: Error | undefined;
  client.on("error", (error) => {
    problem = error;
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.disconnect();
    // The error of `connect` is only that the connection ended; the event says why.
    const reason = problem ?? error;
    if (reason instanceof Error && /^(WRONGPASS|NOAUTH|ERR AUTH)/.test(reason.message)) throw refusedCredentials();
    throw reason;
  }
}

/** Words an error of Redis about a stream. @param command the one that the user needs */
function streamError(error: unknown, stream: string, command: string): unknown {
  const text = error instanceof Error ? error.message : "";
  if (/^NOAUTH/.test(text)) return refusedCredentials();
  if (/^NOPERM/.test(text))
    return new BrokerError("failed", `The user may not use the stream ${stream}: allow ${command} for it`);
  if (/^WRONGTYPE/.test(text))
    return new BrokerError("failed", `The key ${stream} of Redis is no stream: name another one in the address`);
  return error;
}

/** Opens a connection. It does not reconnect by itself: the next message opens another one. @throws BrokerError, and what the library throws */
export async function openRedisStream(address: BrokerAddress): Promise<BrokerLink> {
  const client = await connected(address);

  async function publish({ body, headers }: BrokerMessage, stream: string): Promise<string> {
    const fields = { ...headers, body };
    try {
      const entry = await client.xadd(stream, "MAXLEN", "~", LENGTH_MAX, "*", ...Object.entries(fields).flat());
      return `Stored in the stream ${stream} as ${entry}`;
    } catch (error) {
      throw streamError(error, stream, "XADD");
    }
  }

  return { publish, isOpen: () => client.status === "ready", close: async () => client.disconnect() };
}

/** The longest wait for a message, after which the signal is looked at. */
const WAIT_MS = 1_000;
/** One process reads a stream at a time, so its group has one consumer, which also gets what a process that died had not finished. */
const CONSUMER = "muster";

/** Takes messages of a stream until the signal aborts. @throws BrokerError, what the library and what `handle` throws */
export async function consumeRedis(
  address: BrokerAddress,
  handle: MessageHandler,
  { signal, onReady }: Reading,
): Promise<void> {
  const { place: stream, group = CONSUMER } = address;
  const client = await connected(address);
  try {
    await client.xgroup("CREATE", stream, group, "0", "MKSTREAM").catch((error: Error) => {
      if (!error.message.startsWith("BUSYGROUP")) throw error;
    });
    onReady();
    // Entries that were read before and not acknowledged come first; after them the new ones.
    let from = "0";
    while (!signal.aborted) {
      const how = ["GROUP", group, CONSUMER, "COUNT", 1, "BLOCK", WAIT_MS, "STREAMS", stream, from] as const;
      const reply = await client.xreadgroup(...how);
      const entry = reply?.[0]?.[1][0];
      if (!entry) {
        from = ">";
        continue;
      }
      const [id, flat] = entry;
      const fields = new Map(
        Array.from({ length: (flat?.length ?? 0) / 2 }, (_, at) => [flat![2 * at]!, flat![2 * at + 1]!]),
      );
      // An entry without fields was deleted from the stream since it was read.
      if (flat) await handle({ id, header: (name) => fields.get(name), body: Buffer.from(fields.get("body") ?? "") });
      await client.xack(stream, group, id);
    }
  } catch (error) {
    throw streamError(error, stream, "XGROUP, XREADGROUP and XACK");
  } finally {
    client.disconnect();
  }
}
