/** Background work of mail: every process sends from the queue, and finished messages are removed. */
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { Jobs } from "@/lib/core/jobs";
import type { Mail, MailService } from "./service";
import type { MailJob, MailOutcome, MailStore } from "./store";
import type { Delivered } from "./transport";

/** Messages sent at the same time. */
const CONCURRENCY = 4;
const POLL_MS = 2_000;
const LEASE_MS = 120_000;
const BACKOFF_MS = 15_000;
const BACKOFF_MAX_MS = 1_800_000;
const GIVE_UP_MS = 86_400_000;
/** Time a stopping process waits for messages that are being sent. */
const DRAIN_MS = 3_000;
const SWEEP_MS = 3_600_000;
/** Finished messages are kept this long. */
const KEEP_MS = 7 * 86_400_000;

type Deps = {
  jobs: Pick<Jobs, "every" | "worker">;
  store: Pick<MailStore, "lease" | "settle" | "sweep">;
  deliver: MailService["deliver"];
  unseal(text: string): string;
  now(): number;
  random?: () => number;
  warn(fields: object, message: string): void;
};

const isLate = (job: MailJob, at: number): boolean => at >= (job.expires_at ?? job.created_at + GIVE_UP_MS);

/** Decides a message's state after the transport answered. A temporary refusal is retried with growing delays. */
function outcomeOf(job: MailJob, { state, detail }: Delivered, at: number, random: number): MailOutcome {
  if (state === "sent") return { status: "sent", error: null, due_at: at };
  const error = cutText(detail, 300);
  const wait = Math.min(BACKOFF_MS * 2 ** Math.min(job.attempts - 1, 10), BACKOFF_MAX_MS) * (0.9 + random / 5);
  const due = Math.round(at + wait);
  if (state === "retry" && !isLate(job, due)) return { status: "queued", error, due_at: due };
  return { status: "failed", error, due_at: at };
}

export function createMailJobs({ jobs, store, deliver, unseal, now, random = Math.random, warn }: Deps) {
  /** @returns undefined when it was sealed with a key this server no longer has */
  function opened(job: MailJob): Mail | undefined {
    try {
      return readJson(unseal(job.content)) as Mail;
    } catch {
      return undefined;
    }
  }

  async function run(job: MailJob): Promise<void> {
    const mail = opened(job);
    if (!mail || isLate(job, now())) {
      const error = mail ? "It was too late to send it" : "It was sealed with another SECRET_KEY";
      return await store.settle(job, { status: "dropped", error, due_at: now() }, now());
    }
    const outcome = outcomeOf(job, await deliver(mail), now(), random());
    await store.settle(job, outcome, now());
    if (outcome.status === "failed")
      warn({ kind: job.kind, attempts: job.attempts, reason: outcome.error }, "mail was given up");
  }

  return {
    send: jobs.worker<MailJob>({
      ...{ name: "mail.send", interval: POLL_MS, concurrency: CONCURRENCY, drain: DRAIN_MS },
      claim: (limit) => store.lease(limit, now(), now() + LEASE_MS),
      run,
    }),
    sweep: jobs.every({
      ...{ name: "mail.sweep", interval: SWEEP_MS, isLed: true },
      run: () => store.sweep(now() - KEEP_MS),
    }),
  };
}
