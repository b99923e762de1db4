/** Redis Streams. A message counts as published when XADD has answered. */
import { isIP } from "node:net";
import type { BrokerAddress } from "./address";
import { BrokerError, type BrokerLink, type BrokerMessage, CONNECT_MS, refusedCredentials } from "./link";

/** About how many messages a stream keeps; Redis deletes older ones a block at a time. */
const LENGTH_MAX = 100_000;

/** Opens a connection. It does not reconnect by itself: the next message opens another one. @throws BrokerError, and what the library throws */
export async function openRedisStream({
  host,
  port,
  user,
  password,
  path,
  isSecure,
}: BrokerAddress): Promise<BrokerLink> {
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
  } catch (error) {
    client.disconnect();
    // The error of `connect` is only that the connection ended; the event says why.
    const reason = problem ?? error;
    if (reason instanceof Error && /^(WRONGPASS|NOAUTH|ERR AUTH)/.test(reason.message)) throw refusedCredentials();
    throw reason;
  }

  async function publish({ body, headers }: BrokerMessage, stream: string): Promise<string> {
    const fields = { ...headers, body };
    try {
      const entry = await client.xadd(stream, "MAXLEN", "~", LENGTH_MAX, "*", ...Object.entries(fields).flat());
      return `Stored in the stream ${stream} as ${entry}`;
    } catch (error) {
      const text = error instanceof Error ? error.message : "";
      if (/^NOAUTH/.test(text)) throw refusedCredentials();
      if (/^NOPERM/.test(text))
        throw new BrokerError("failed", `The user may not write to the stream ${stream}: allow XADD for it`);
      if (/^WRONGTYPE/.test(text))
        throw new BrokerError("failed", `The key ${stream} of Redis is no stream: name another one in the address`);
      throw error;
    }
  }

  return { publish, isOpen: () => client.status === "ready", close: async () => client.disconnect() };
}
