/** The connection to a broker, whichever it is, and what its errors mean for a message. */
import { cutText } from "@/lib/core/format/text";

/** A message with the body and the headers of a webhook's request. */
export type BrokerMessage = {
  id: string;
  kind: string;
  /** Epoch ms. */
  at: number;
  body: string;
  headers: Readonly<Record<string, string>>;
};

export type BrokerLink = {
  /**
   * Publishes a message, and resolves when the broker has confirmed that it keeps it.
   *
   * @returns where the broker keeps it, for the log
   * @throws BrokerError, and what the client library throws
   */
  publish(message: BrokerMessage, place: string): Promise<string>;
  isOpen(): boolean;
  close(): Promise<void>;
};

/** A message of another program. */
type ReceivedMessage = {
  /** The id that the sender or the broker gave it; a repetition has the same one. */
  id: string | undefined;
  header(name: string): string | undefined;
  body: Buffer;
};

/** Works on one message. `refused`: it can never be used. Throws when the broker should deliver it once more. */
export type MessageHandler = (message: ReceivedMessage) => Promise<"taken" | "refused">;

/** How long to read, and what to do when the queue is open and messages may come. */
export type Reading = { signal: AbortSignal; onReady(): void };

/**
 * A message was not published, or could not be read. `refused`: the broker does not take this message, whenever it is sent. `failed`: the broker is there
 * and does not keep it. `away`: the broker cannot be reached or used.
 */
export class BrokerError extends Error {
  constructor(
    readonly result: "refused" | "failed" | "away",
    message: string,
  ) {
    super(message);
  }
}

/** The time for the connection, and for the answer to one message. */
export const CONNECT_MS = 10_000;

const NETWORK: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it ended the connection",
  ENOTFOUND: "its name could not be found",
  EAI_AGAIN: "its name could not be looked up",
  ETIMEDOUT: "it did not answer in time",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no way to its network",
  EPIPE: "it ended the connection",
};

/** Finds the code of a network error, which libraries wrap in errors of their own. */
function networkCode(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as NodeJS.ErrnoException;
    if (code && Object.hasOwn(NETWORK, code)) return code;
    if (one instanceof AggregateError && one.errors[0] !== one) return networkCode(one.errors[0]);
  }
  return undefined;
}

/** Words an error of a client library for people. None of the libraries puts credentials into its messages. */
export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const code = networkCode(error);
  if (code) return new BrokerError("away", `The broker could not be reached: ${NETWORK[code]} (${code})`);
  const text = error instanceof Error && error.message !== "" ? error.message : "it gave no reason";
  if (/^(channel|connection|socket) (closed|ended)/i.test(text))
    return new BrokerError("away", "The broker ended the connection");
  return new BrokerError("away", cutText(`The broker could not be used: ${text}`, 300));
}

/** The error of a broker that does not accept the credentials of the address. */
export const refusedCredentials = (): BrokerError =>
  new BrokerError(
    "away",
    "The broker refused the user name or the password. Correct the address of this webhook, or the user at the broker",
  );
