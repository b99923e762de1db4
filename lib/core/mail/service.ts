/**
 * Outgoing mail. `enqueue` stores a message and answers at once; the sender (jobs.ts) retries it until the mail server takes
 * it, so that neither greylisting nor a restart loses a reset link. `deliver` is for rooms whose own queue retries. Both
 * withhold mail from an address nobody has verified: otherwise this server could be made to write to strangers.
 */
import type { MailStore } from "./store";
import type { Delivered, Envelope, MailTransport } from "./transport";

/** Messages with a fixed text, which may be sent to an address before it is verified. */
const UNVERIFIED_KINDS = ["verification", "reset", "confirmation"] as const;
/** The most messages of those kinds to one address within an hour, all kinds together. */
const UNVERIFIED_MAX = 3;
const HOUR_MS = 3_600_000;

export type Mail = Envelope & {
  kind: (typeof UNVERIFIED_KINDS)[number] | "transcript" | "notification" | "alert";
  /** Epoch milliseconds after which the message is useless, for example because its link expired; by default a day. */
  expiresAt?: number;
  /** The address's owner agreed to this mail, though it is no account's verified address. */
  isConfirmed?: boolean;
};

type Deps = {
  store: MailStore;
  transport: MailTransport;
  /** Returns whether it is the address of an account whose owner has proved that it is theirs. */
  isVerified(address: string): Promise<boolean>;
  seal(text: string): string;
  hash(text: string): string;
  newId(prefix: string): string;
  now(): number;
  /** Called when a message was stored, to wake the sender. */
  wake(): void;
};

const WITHHELD = "The address has not been verified";

const needsVerified = (kind: Mail["kind"]): boolean => !(UNVERIFIED_KINDS as readonly string[]).includes(kind);

export function createMailService(deps: Deps) {
  const { store, transport, isVerified, seal, hash, newId, now, wake } = deps;

  /** Without a mail server no mail leaves this machine, so nothing is withheld. */
  async function isWithheld({ kind, to, isConfirmed = false }: Mail): Promise<boolean> {
    if (transport.status().mode === "outbox" || isConfirmed || !needsVerified(kind)) return false;
    return !(await isVerified(to));
  }

  /**
   * Sends one message now, for a room that leases and retries its own messages.
   *
   * @throws AppError INVALID_INPUT  the address is not a single address, or the subject holds a line break
   */
  async function deliver(mail: Mail): Promise<Delivered> {
    if (await isWithheld(mail)) return { state: "failed", detail: WITHHELD };
    return transport.deliver(mail);
  }

  /**
   * Stores one message to be sent.
   *
   * @returns `limited` when the address was sent three of the fixed messages within the hour, `withheld` when it would
   *   need to be verified first; nothing is stored then
   * @throws AppError INVALID_INPUT  the address is not a single address, or the subject holds a line break
   */
  async function enqueue(mail: Mail): Promise<"queued" | "limited" | "withheld"> {
    transport.check(mail);
    if (await isWithheld(mail)) return "withheld";
    const { kind, expiresAt = null } = mail;
    const at = now();
    const row = {
      ...{ id: newId("mail"), kind, address_hash: hash(mail.to.toLowerCase()), content: seal(JSON.stringify(mail)) },
      ...{ created_at: at, expires_at: expiresAt },
    };
    const limit = { kinds: UNVERIFIED_KINDS, max: UNVERIFIED_MAX, since: at - HOUR_MS };
    if (!(await store.add(row, needsVerified(kind) ? undefined : limit))) return "limited";
    wake();
    return "queued";
  }

  return {
    deliver,
    enqueue,
    /** Returns whether an account's owner has proved that this address is theirs. */
    isVerified,
    reach: transport.reach,
    status: transport.status,
  };
}

export type MailService = ReturnType<typeof createMailService>;
