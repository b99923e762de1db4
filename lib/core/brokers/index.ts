/**
 * Publishes messages to message brokers (docs/decisions/046-brokers.md). A connection is opened for its first message, shared by
 * all addresses of the same broker and user, and closed when it has not been used for a while, so a server without such
 * destinations has none. After an error the next message opens another one: the sender's growing pause is the back-off.
 */
import { type BrokerAddress, parseBrokerAddress } from "./address";
import type { BrokerKind } from "./contract";
import { BrokerError, type BrokerLink, type BrokerMessage, CONNECT_MS, toBrokerError } from "./link";

export { type BrokerAddress, parseBrokerAddress } from "./address";
export { consume } from "./consume";
export { BrokerError, type BrokerMessage, type MessageHandler } from "./link";

const IDLE_MS = 60_000;
/** The time for a message, with the connection that it may need. */
const PUBLISH_MS = CONNECT_MS + 5_000;

type Opener = (address: BrokerAddress) => Promise<BrokerLink>;
/** The client libraries are loaded by the first address that needs them. */
const OPENERS: Record<BrokerKind, Opener> = {
  amqp: async (address) => (await import("./amqp")).openAmqp(address),
  nats: async (address) => (await import("./nats")).openNats(address),
  redis: async (address) => (await import("./redis")).openRedisStream(address),
};

type Held = { link: Promise<BrokerLink>; timer?: NodeJS.Timeout; uses: number };

const CLOSE_MS = 2_000;

/** Closes a connection that may never have been opened, or that ended already. A broker that no longer answers is not waited for. */
const closeQuietly = (link: Promise<BrokerLink>): Promise<void> =>
  Promise.race([
    link.then((one) => one.close()).catch(() => {}),
    new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref()),
  ]);

/** Rejects when the time is over or the signal aborts. `end` ends both. */
function deadline(signal: AbortSignal | undefined) {
  let end = () => {};
  const over = new Promise<never>((_, reject) => {
    const fail = (text: string) => () => reject(new BrokerError("away", text));
    const abort = fail("The server is stopping");
    const timer = setTimeout(fail(`The broker did not confirm the message within ${PUBLISH_MS / 1000} s`), PUBLISH_MS);
    signal?.addEventListener("abort", abort, { once: true });
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  return { over, end: () => end() };
}

/** Builds the publisher with its connections. Call once per process. */
export function createBrokers({ openers = OPENERS, idleMs = IDLE_MS } = {}) {
  const held = new Map<string, Held>();

  function drop(key: string, one: Held): Promise<void> {
    clearTimeout(one.timer);
    if (held.get(key) === one) held.delete(key);
    return closeQuietly(one.link);
  }

  async function hold(address: BrokerAddress): Promise<Held> {
    const key = address.connection;
    const present = held.get(key);
    if (present) {
      if (await present.link.then((link) => link.isOpen()).catch(() => false)) return present;
      void drop(key, present);
    }
    const opened = held.get(key) ?? { link: openers[address.kind](address), uses: 0 };
    held.set(key, opened);
    return opened;
  }

  /** Closes the connection when nothing has used it for `idleMs`. */
  function release(key: string, one: Held): void {
    one.uses--;
    clearTimeout(one.timer);
    if (one.uses === 0 && held.get(key) === one) one.timer = setTimeout(() => void drop(key, one), idleMs).unref();
  }

  /**
   * Publishes a message, and resolves when the broker has confirmed it.
   *
   * @returns where the broker keeps it, for the log
   * @throws BrokerError
   */
  async function publish(url: string, message: BrokerMessage, signal?: AbortSignal): Promise<string> {
    const address = parseBrokerAddress(url);
    if (!address) throw new BrokerError("away", "The address is that of no broker");
    const one = await hold(address);
    one.uses++;
    const { over, end } = deadline(signal);
    try {
      const link = await Promise.race([one.link, over]);
      return await Promise.race([link.publish(message, address.place), over]);
    } catch (error) {
      const known = toBrokerError(error);
      // Messages that are still on their way to a broker that failed are sent again, under the same ids.
      if (known.result === "away") void drop(address.connection, one);
      throw known;
    } finally {
      end();
      release(address.connection, one);
    }
  }

  return {
    publish,
    /** Closes all connections. */
    async close(): Promise<void> {
      await Promise.all([...held].map(([key, one]) => drop(key, one)));
    },
  };
}

export type Brokers = ReturnType<typeof createBrokers>;
