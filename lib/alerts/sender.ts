/**
 * Sends what is queued for channels: a few at a time, leased, so that processes share the work and a restart loses nothing
 * (what was under way when the process died may arrive twice, under the same webhook-id). Failures are tried again, later
 * and later; a channel that is gone is switched off.
 */
import { readJson } from "@/lib/json";
import type { Mail } from "@/lib/mail";
import type { OutboundReply, OutboundRequest } from "@/lib/outbound";
import { cutText } from "@/lib/text";
import type { Event } from "./announce";
import type { Alert } from "./contract";
import { type Address, mailOf, type Note, written } from "./formats";
import type { AlertStore } from "./store";
import type { ChannelRow, ChannelStore, Job, Outcome } from "./store.channels";
import { toAlert } from "./store.rows";

type Deps = {
  channels: Pick<ChannelStore, "lease" | "settle" | "get" | "put" | "mark">;
  alerts: Pick<AlertStore, "get">;
  outbound(url: string, options: OutboundRequest): Promise<OutboundReply>;
  mail(mail: Mail): Promise<Result>;
  unseal(text: string): string;
  now(): number;
  random?: () => number;
  telegramBase: string;
  publicUrl: string;
  onError(error: unknown): void;
};
type Result = { state: "sent" | "gone" | "retry" | "failed"; detail: string; afterMs?: number };

const CONCURRENCY = 8;
const LEASE_MS = 60_000;
const POLL_MS = 2_000;
const ATTEMPTS_MAX = 8;
const BACKOFF_MS = 2_000;
const BACKOFF_MAX_MS = 1_800_000;
const STALE_MS = 43_200_000;

/** Seconds to wait, as the services say it: a header, Discord's `retry_after`, Telegram's `parameters.retry_after`. */
function waitOf(reply: OutboundReply): number | undefined {
  const header = Number(reply.headers["retry-after"]);
  if (header > 0) return header * 1000;
  try {
    const body = readJson(reply.body.toString("utf8")) as {
      retry_after?: number;
      parameters?: { retry_after?: number };
    };
    const seconds = body.parameters?.retry_after ?? body.retry_after;
    return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}

export function createSender(deps: Deps) {
  const { channels, alerts, now, random = Math.random, onError } = deps;
  let timer: NodeJS.Timeout | undefined;
  let pumping: Promise<void> | undefined;
  let over = new AbortController();

  async function send(channel: ChannelRow, note: Note): Promise<Result> {
    try {
      const address = readJson(deps.unseal(channel.address)) as Address;
      if (channel.kind === "email") {
        return await deps.mail({ kind: "alert", to: address.email!, ...mailOf(note), isConfirmed: true });
      }
      const { url, trusted, ...rest } = written(channel.kind, address, note, deps.telegramBase);
      const reply = await deps.outbound(url, {
        ...{ ...rest, method: "POST", redirects: 0, maxBytes: 65_536, trusted, signal: over.signal },
      });
      if (reply.status >= 200 && reply.status < 300) return { state: "sent", detail: "" };
      const said = reply.body.toString("utf8", 0, 200).replace(/\s+/g, " ").trim();
      const detail = `It answered ${reply.status}${said ? `: ${said}` : ""}`;
      if (reply.status === 429 || reply.status >= 500) return { state: "retry", detail, afterMs: waitOf(reply) };
      return { state: reply.status === 404 || reply.status === 410 ? "gone" : "failed", detail };
    } catch (error) {
      const { code, message = String(error) } = error as { code?: string; message?: string };
      // A URL may hold a secret: what is told names the host alone (lib/outbound does).
      return { state: code === "INVALID_INPUT" ? "failed" : "retry", detail: message };
    }
  }

  function outcomeOf(job: Job, { state, detail, afterMs = 0 }: Result): Outcome {
    const at = now();
    const error = cutText(detail, 300) || null;
    if (state === "sent") return { status: "sent", error: null, due_at: at };
    if (over.signal.aborted) return { status: "queued", error, due_at: at };
    if (state === "retry" && job.attempts < ATTEMPTS_MAX && at - job.created_at < STALE_MS) {
      const own = BACKOFF_MS * 4 ** (job.attempts - 1) * (0.9 + random() / 5);
      return { status: "queued", error, due_at: at + Math.round(Math.min(Math.max(own, afterMs), BACKOFF_MAX_MS)) };
    }
    return { status: "failed", error, due_at: at };
  }

  async function run(job: Job): Promise<void> {
    const channel = await channels.get(job.channel_id);
    const row = job.alert_id ? await alerts.get(job.alert_id) : undefined;
    if (channel?.enabled !== 1 || !row) {
      const error = channel?.enabled === 1 ? "The alert is gone" : "The channel is switched off";
      return channels.settle(job, { status: "dropped", error, due_at: now() }, now());
    }
    const { event } = readJson(job.payload) as { event: Event };
    const alert = toAlert(row);
    const url = `${deps.publicUrl}/dashboard/alerts?alert=${encodeURIComponent(row.id)}`;
    const result = await send(channel, { id: job.id, event, at: now(), alert, url });
    await channels.settle(job, outcomeOf(job, result), now());
    if (result.state === "gone") await channels.put(channel.id, { enabled: false });
  }

  async function pump(): Promise<void> {
    while (!over.signal.aborted) {
      const jobs = await channels.lease(CONCURRENCY, now(), now() + LEASE_MS);
      if (jobs.length === 0) return;
      // A lease ends by itself should writing down the outcome fail.
      await Promise.all(jobs.map((job) => run(job).catch(onError)));
    }
  }

  const wake = (): Promise<void> => {
    pumping ??= pump()
      .catch(onError)
      .finally(() => {
        pumping = undefined;
      });
    return pumping;
  };

  return {
    start(): void {
      if (timer) return;
      over = new AbortController();
      timer = setInterval(() => void wake(), POLL_MS).unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      timer = undefined;
      over.abort();
      await pumping;
    },
    /** Something may be due; resolves when all that was has been tried. */
    wake,
    /** One message at once, beside the queue. */
    async test(channel: ChannelRow, alert: Alert, id: string): Promise<{ success: boolean; message: string }> {
      const { state, detail } = await send(channel, {
        ...{ id, event: "test" as const, at: now(), alert, url: `${deps.publicUrl}/dashboard/alerts` },
      });
      const sent = state === "sent";
      await channels.mark(
        channel.id,
        { status: sent ? "sent" : "failed", error: sent ? null : cutText(detail, 300) },
        now(),
      );
      return { success: sent, message: sent ? "The test message was taken" : detail };
    },
  };
}

export type Sender = ReturnType<typeof createSender>;
