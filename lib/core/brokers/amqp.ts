/** AMQP 0-9-1, as RabbitMQ speaks it. A message counts as published when the broker has confirmed it and a queue has taken it. */
import type { Channel, ConfirmChannel, ConsumeMessage } from "amqplib";
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

/** Seconds between two heartbeats; a connection without any for twice as long has ended. */
const HEARTBEAT_S = 15;

async function connected({ host, port, user, password, path, isSecure }: BrokerAddress) {
  const { connect } = await import("amqplib");
  const credentials = user === undefined && password === undefined ? {} : { username: user ?? "", password };
  try {
    return await connect(
      {
        ...{ protocol: isSecure ? "amqps" : "amqp", hostname: host, port, ...credentials },
        // The library decodes the name once more.
        ...{ vhost: encodeURIComponent(path || "/"), heartbeat: HEARTBEAT_S },
      },
      { timeout: CONNECT_MS, clientProperties: { connection_name: "Muster" } },
    );
  } catch (error) {
    if (error instanceof Error && /ACCESS[-_]REFUSED/.test(error.message)) throw refusedCredentials();
    if (error instanceof Error && /ConnectionOpenOk/.test(error.message))
      throw new BrokerError("away", `There is no virtual host ${path || "/"}, or the user may not use it`);
    throw error;
  }
}

/** Words why the broker closed a channel. */
function closedChannel(error: Error & { code?: number }, what: string): BrokerError {
  if (error.code === 404)
    return new BrokerError("failed", `There is no ${what}: create it, or name another one in the address`);
  if (error.code === 403) return new BrokerError("failed", `The user may not use the ${what}: give it the permission`);
  return new BrokerError("away", `The broker closed the channel: ${error.message}`);
}

const returnedKey = ({ kind, id }: Pick<BrokerMessage, "kind" | "id">): string => `${kind} ${id}`;

/** Opens a connection. @throws BrokerError, and what the library throws */
export async function openAmqp(address: BrokerAddress): Promise<BrokerLink> {
  const model = await connected(address);
  let isOpen = true;
  let blockedBy: string | undefined;
  model.on("error", () => {});
  model.on("close", () => {
    isOpen = false;
  });
  model.on("blocked", (reason) => {
    blockedBy = reason;
  });
  model.on("unblocked", () => {
    blockedBy = undefined;
  });

  type Open = { channel: ConfirmChannel; returned: Set<string>; error?: BrokerError };
  /** An error of one exchange closes its channel, and must not end what is sent to others. */
  const channels = new Map<string, Promise<Open>>();

  async function openChannel(exchange: string): Promise<Open> {
    const channel = await model.createConfirmChannel();
    const open: Open = { channel, returned: new Set() };
    channel.on("error", (error) => {
      open.error = closedChannel(error, `exchange ${exchange}`);
    });
    channel.on("close", () => channels.delete(exchange));
    // The broker returns a message that no queue takes, and confirms it afterwards.
    channel.on("return", ({ properties }) =>
      open.returned.add(returnedKey({ kind: properties.type, id: properties.messageId })),
    );
    return open;
  }

  function channelOf(exchange: string): Promise<Open> {
    const opening = channels.get(exchange) ?? openChannel(exchange);
    channels.set(exchange, opening);
    void opening.catch(() => channels.delete(exchange));
    return opening;
  }

  async function publish({ id, kind, at, body, headers }: BrokerMessage, exchange: string): Promise<string> {
    if (blockedBy !== undefined)
      throw new BrokerError(
        "away",
        `The broker takes no messages at present: ${blockedBy || "it is short of resources"}`,
      );
    const open = await channelOf(exchange);
    const properties = {
      ...{ mandatory: true, persistent: true, contentType: "application/json", appId: "Muster" },
      ...{ messageId: id, type: kind, timestamp: Math.floor(at / 1000), headers },
    };
    await new Promise<void>((resolve, reject) => {
      open.channel.publish(exchange, kind, Buffer.from(body), properties, (error) =>
        error ? reject(open.error ?? error) : resolve(),
      );
    });
    if (open.returned.delete(returnedKey({ kind, id })))
      throw new BrokerError(
        "failed",
        `No queue takes messages of the routing key ${kind} from the exchange ${exchange}: bind one, for example with the key #`,
      );
    return `Confirmed by the exchange ${exchange} with the routing key ${kind}`;
  }

  return { publish, isOpen: () => isOpen, close: () => model.close() };
}

/** Returns a header as text. Libraries of other languages also send numbers and bytes. */
function headerOf({ properties }: ConsumeMessage, name: string): string | undefined {
  const value: unknown = properties.headers?.[name];
  if (typeof value === "string") return value;
  return Buffer.isBuffer(value) || typeof value === "number" ? String(value) : undefined;
}

/** Hands over one message after the other. Rejects when the channel ends; resolves when the signal aborts. */
function consumeQueue(
  channel: Channel,
  queue: string,
  { signal, onReady }: Reading,
  work: (message: ConsumeMessage) => Promise<void>,
) {
  return new Promise<void>((resolve, reject) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    channel.on("error", (error) => reject(closedChannel(error, `queue ${queue}`)));
    channel.on("close", () => reject(new BrokerError("away", "The broker ended the connection")));
    const take = (message: ConsumeMessage | null) =>
      message ? void work(message).catch(reject) : reject(new BrokerError("failed", `The queue ${queue} was deleted`));
    channel.consume(queue, take).then(onReady, reject);
  });
}

/** Takes messages from a queue until the signal aborts. @throws BrokerError, what the library and what `handle` throws */
export async function consumeAmqp(address: BrokerAddress, handle: MessageHandler, reading: Reading): Promise<void> {
  const model = await connected(address);
  model.on("error", () => {});
  let working: Promise<void> = Promise.resolve();
  try {
    const channel = await model.createChannel();
    await channel.prefetch(1);
    await consumeQueue(channel, address.place, reading, (message) => {
      const { content: body, properties } = message;
      const header = (name: string) => headerOf(message, name);
      working = handle({ id: properties.messageId, header, body }).then((outcome) =>
        // A message that is refused goes to the dead letter exchange of the queue, if it has one.
        outcome === "taken" ? channel.ack(message) : channel.nack(message, false, false),
      );
      return working;
    });
  } finally {
    await working.catch(() => {});
    await model.close().catch(() => {});
  }
}
