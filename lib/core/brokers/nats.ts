/** NATS JetStream. A message counts as published when a stream has stored it; the id of the fact lets the stream drop repetitions. */
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

async function connected({ host, port, user, password, isSecure }: BrokerAddress) {
  const { connect } = await import("@nats-io/transport-node");
  // A name without a password is a token, as in the addresses of NATS's own programs.
  const credentials = user === undefined ? {} : password === undefined ? { token: user } : { user, pass: password };
  try {
    return await connect({
      ...{ servers: `${host.includes(":") ? `[${host}]` : host}:${port}`, ...credentials, name: "Muster" },
      ...{ timeout: CONNECT_MS, reconnect: false, ...(isSecure && { tls: {} }) },
    });
  } catch (error) {
    if (error instanceof Error && /authorization|authentication/i.test(`${error.name} ${error.message}`))
      throw refusedCredentials();
    throw error;
  }
}

/** Opens a connection. It does not reconnect by itself: the next message opens another one. @throws BrokerError, and what the library throws */
export async function openNats(address: BrokerAddress): Promise<BrokerLink> {
  const connection = await connected(address);
  const [{ headers: newHeaders }, { jetstream, JetStreamApiError }] = await Promise.all([
    import("@nats-io/transport-node"),
    import("@nats-io/jetstream"),
  ]);
  const stream = jetstream(connection, { timeout: CONNECT_MS });

  async function publish({ id, kind, body, headers }: BrokerMessage, prefix: string): Promise<string> {
    const subject = `${prefix}.${kind}`;
    const fields = newHeaders();
    for (const [name, value] of Object.entries(headers)) fields.set(name, value);
    try {
      const { stream: name, seq, duplicate } = await stream.publish(subject, body, { msgID: id, headers: fields });
      return duplicate
        ? `The stream ${name} had the message already, as number ${seq}`
        : `Stored in the stream ${name} as number ${seq}`;
    } catch (error) {
      if (error instanceof Error && error.name === "JetStreamNotEnabled")
        throw new BrokerError(
          "failed",
          `No stream keeps the subject ${subject}: create one for ${prefix}.>, and enable JetStream where it is off`,
        );
      if (error instanceof JetStreamApiError)
        throw new BrokerError("failed", `The stream of ${subject} does not take the message: ${error.message}`);
      if (error instanceof Error && error.name === "PermissionViolationError")
        throw new BrokerError("failed", `The user may not publish to ${subject}: give it the permission`);
      throw error;
    }
  }

  return { publish, isOpen: () => !connection.isClosed(), close: () => connection.close() };
}

/** The longest wait for a message, after which the signal is looked at: the least that the server accepts. */
const WAIT_MS = 1_000;

/** Takes messages of a stream until the signal aborts. @throws BrokerError, what the library and what `handle` throws */
export async function consumeNats(
  address: BrokerAddress,
  handle: MessageHandler,
  { signal, onReady }: Reading,
): Promise<void> {
  const { place: stream, group: name = "" } = address;
  const connection = await connected(address);
  try {
    const { jetstream, JetStreamApiError } = await import("@nats-io/jetstream");
    const consumer = await jetstream(connection, { timeout: CONNECT_MS })
      .consumers.get(stream, name)
      .catch((error) => {
        if (!(error instanceof JetStreamApiError)) throw error;
        throw new BrokerError(
          "failed",
          `There is no consumer ${name} of the stream ${stream}: add one that pulls and acknowledges each message`,
        );
      });
    onReady();
    while (!signal.aborted) {
      const message = await consumer.next({ expires: WAIT_MS });
      if (!message) continue;
      const { headers, info } = message;
      const header = (key: string) => headers?.get(key) || undefined;
      const id = header("Nats-Msg-Id") ?? `${info.stream}:${info.streamSequence}`;
      const outcome = await handle({ id, header, body: Buffer.from(message.data) }).catch((error) => {
        message.nak();
        throw error;
      });
      // A message that is refused is not delivered again. The server publishes an advisory about it.
      if (outcome === "taken") await message.ackAck();
      else message.term();
    }
  } finally {
    await connection.drain().catch(() => connection.close());
  }
}
