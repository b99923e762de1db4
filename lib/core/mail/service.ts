/**
 * Outgoing mail. `enqueue` stores a message and answers at once; the sender retries it until the mail server takes it, so
 * that neither greylisting nor a restart loses a reset link. `deliver` is for rooms whose own queue retries. Both withhold
 * mail from an address nobody has verified: otherwise this server could be made to write to strangers.
 */

import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { MailJob, MailOutcome, MailStore } from "./store";
import type { Delivered, Envelope, MailTransport } from "./transport";

/** Messages of fixed text, which an address gets before it is verified. */
const UNVERIFIED_KINDS = ["verification", "reset", "confirmation"] as const;
/** Most of those messages to one address in an hour, all kinds together. */
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
  seal(text: string): string;
  unseal(sealed: string): string;
  hash(text: string): string;
  newId(prefix: string): string;
  now(): number;
  random?: () => number;
  warn(fields: object, message: string): void;
  onError(error: unknown): void;
};

/** Messages sent at the same time. */
const CONCURRENCY = 4;
const POLL_MS = 2_000;
const LEASE_MS = 120_000;
const BACKOFF_MS = 15_000;
const BACKOFF_MAX_MS = 1_800_000;
const GIVE_UP_MS = 86_400_000;
/** Time a stopping process waits for messages that are being sent. */
const STOP_MS = 3_000;
const WITHHELD = "The address has not been verified";

const needsVerified = (kind: Mail["kind"]): boolean => !(UNVERIFIED_KINDS as readonly string[]).includes(kind);

export function createMailService(deps: Deps) {
  const { store, transport, seal, unseal, hash, newId, now, random = Math.random, warn, onError } = deps;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  let pumping: Promise<void> | undefined;
  let isWoken = false;

  /** Without a mail server nothing leaves this machine, and nothing is withheld. */
  async function isWithheld({ kind, to, isConfirmed = false }: Mail): Promise<boolean> {
    if (transport.status().mode === "outbox" || isConfirmed || !needsVerified(kind)) return false;
    return !(await store.isVerified(to));
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

  function outcomeOf(job: MailJob, { state, detail }: Delivered): MailOutcome {
    const at = now();
    if (state === "sent") return { status: "sent", error: null, due_at: at };
    const error = cutText(detail, 300);
    const wait = Math.min(BACKOFF_MS * 2 ** Math.min(job.attempts - 1, 10), BACKOFF_MAX_MS) * (0.9 + random() / 5);
    const due = Math.round(at + wait);
    if (state === "retry" && due < (job.expires_at ?? job.created_at + GIVE_UP_MS))
      return { status: "queued", error, due_at: due };
    return { status: "failed", error, due_at: at };
  }

  /** @returns undefined when it was sealed with a key this server no longer has */
  function opened(job: MailJob): Mail | undefined {
    try {
      return readJson(unseal(job.content)) as Mail;
    } catch {
      return undefined;
    }
  }

  async function run(job: MailJob): Promise<void> {
    try {
      const mail = opened(job);
      const isLate = now() >= (job.expires_at ?? job.created_at + GIVE_UP_MS);
      if (!mail || isLate) {
        const error = mail ? "It was too late to send it" : "It was sealed with another SECRET_KEY";
        return await store.settle(job, { status: "dropped", error, due_at: now() }, now());
      }
      const outcome = outcomeOf(job, await deliver(mail));
      await store.settle(job, outcome, now());
      if (outcome.status === "failed")
        warn({ kind: job.kind, attempts: job.attempts, reason: outcome.error }, "mail was given up");
    } catch (error) {
      // The lease ends by itself, and the message is due again.
      onError(error);
    }
  }

  async function pump(): Promise<void> {
    while (!isStopping) {
      const jobs = await store.lease(CONCURRENCY, now(), now() + LEASE_MS);
      if (jobs.length === 0) return;
      await Promise.all(jobs.map(run));
    }
  }

  /** Looks for due messages at once, and once more if called while looking. */
  function look(): Promise<void> {
    isWoken = true;
    pumping ??= (async () => {
      while (isWoken && !isStopping) {
        isWoken = false;
        await pump().catch(onError);
      }
    })().finally(() => {
      pumping = undefined;
      if (isWoken && !isStopping) void look();
    });
    return pumping;
  }
  const wake = () => {
    if (timer) void look();
  };

  return {
    deliver,
    enqueue,
    /** Is this the address of an account whose owner has shown that it is theirs? */
    isVerified: store.isVerified,
    reach: transport.reach,
    status: transport.status,
    jobs: {
      start(): void {
        if (timer) return;
        isStopping = false;
        timer = setInterval(wake, POLL_MS).unref();
        wake();
      },
      async stop(): Promise<void> {
        clearInterval(timer);
        timer = undefined;
        isStopping = true;
        const patience = new Promise((resolve) => setTimeout(resolve, STOP_MS).unref());
        await Promise.race([pumping, patience]);
      },
    },
    /** Removes messages that were finished more than a week ago. */
    sweep: () => store.sweep(now() - 7 * GIVE_UP_MS),
    /** For tests: everything that is due now has been tried. */
    settled: look,
  };
}

export type MailService = ReturnType<typeof createMailService>;
