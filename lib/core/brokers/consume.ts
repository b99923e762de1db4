/** Takes messages from message brokers, one at a time for each address. */
import type { BrokerAddress } from "./address";
import type { BrokerKind } from "./contract";
import { type MessageHandler, type Reading, toBrokerError } from "./link";

type Consumer = (address: BrokerAddress, handle: MessageHandler, reading: Reading) => Promise<void>;
/** The client libraries are loaded by the first address that needs them. */
const CONSUMERS: Record<BrokerKind, Consumer> = {
  amqp: async (...args) => (await import("./amqp")).consumeAmqp(...args),
  nats: async (...args) => (await import("./nats")).consumeNats(...args),
  redis: async (...args) => (await import("./redis")).consumeRedis(...args),
};

/**
 * Hands over the messages of a queue one after the other, each after the one before was dealt with, until the signal aborts. The broker
 * forgets a message only after `handle` has resolved.
 *
 * @throws BrokerError when the connection ends; the next call goes on with the messages that were not dealt with
 */
export async function consume(address: BrokerAddress, handle: MessageHandler, reading: Reading): Promise<void> {
  try {
    await CONSUMERS[address.kind](address, handle, reading);
  } catch (error) {
    if (!reading.signal.aborted) throw toBrokerError(error);
  }
}
