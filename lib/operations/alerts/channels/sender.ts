/**
 * Sends what is queued for channels: a few at a time, leased, so that processes share the work and a restart loses nothing
 * (what was under way when the process died may arrive twice, under the same webhook-id). Failures are tried again, later
 * and later; a channel that is gone is switched off.
 */

import type { NotificationsRoom } from "@/lib/community/notifications";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { Jobs } from "@/lib/core/jobs";
import type { Mail } from "@/lib/core/mail";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import type { Alert } from "@/lib/operations/alerts/contract";
import type { Event } from "@/lib/operations/alerts/engine/announce";
import type { AlertStore } from "@/lib/operations/alerts/store";
import { toAlert } from "@/lib/operations/alerts/store.rows";
import { type Address, mailOf, type Note, written } from "./formats";
import type { ChannelRow, ChannelStore, Job, Outcome } from "./store";

type Deps = {
  jobs: Pick<Jobs, "worker">;
  channels: Pick<ChannelStore, "lease" | "settle" | "release" | "get" | "put" | "mark" | "pause" | "countMissing">;
  alerts: Pick<AlertStore, "get">;
  outbound(url: string, options: OutboundRequest): Promise<OutboundReply>;
  mail(mail: Mail): Promise<Result>;
  notify: NotificationsRoom["notifications"]["notify"];
  unseal(text: string): string;
  now(): number;
  random?: () => number;
  telegramBase: string;
  publicUrl: string;
};
/**
 * `limited`: the service asks this channel to pause, and with `isEverywhere` all channels of its kind. `missing`: a 404,
 * which a service that is being deployed answers too.
 */
type Result = {
  state: "sent" | "gone" | "missing" | "limited" | "retry" | "failed";
  detail: string;
  afterMs?: number;
  isEverywhere?: boolean;
};

const CONCURRENCY = 8;
/** Longer than a channel takes that answers each of them only just in time. */
const LEASE_MS = 120_000;
const POLL_MS = 2_000;
const ATTEMPTS_MAX = 8;
const BACKOFF_MS = 2_000;
/** When a service asks for a pause and does not say how long. */
const PAUSE_MS = 5_000;
const BACKOFF_MAX_MS = 1_800_000;
const STALE_MS = 43_200_000;
/** A channel is switched off after this many 404 answers in a row, the first of them at least this long ago. */
const MISSING_MAX = 3;
const MISSING_MS = 3_600_000;

/** The pause a reply asks for. Discord and Telegram give it more exactly in the body than in the header. */
function waitOf(reply: OutboundReply, at: number): { afterMs: number | undefined; isEverywhere: boolean } {
  let body: { retry_after?: number; global?: boolean; parameters?: { retry_after?: number } } = {};
  try {
    body = (readJson(reply.body.toString("utf8")) as typeof body | null) ?? {};
  } catch {
    // A gateway in between may answer in HTML.
  }
  const seconds = body.parameters?.retry_after ?? body.retry_after;
  const said = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
  return { afterMs: said ?? retryAfter(reply.headers["retry-after"], at), isEverywhere: body.global === true };
}

/** Decides from an answer what becomes of the message and its channel. */
function verdict(reply: OutboundReply, at: number): Result {
  const { status } = reply;
  if (status >= 200 && status < 300) return { state: "sent", detail: "" };
  const said = reply.body.toString("utf8", 0, 200).replace(/\s+/g, " ").trim();
  const detail = `It answered ${status}${said ? `: ${said}` : ""}`;
  if (status === 429) return { state: "limited", detail, ...waitOf(reply, at) };
  if (status === 408 || status === 425 || status >= 500) return { state: "retry", detail, ...waitOf(reply, at) };
  if (status === 404) return { state: "missing", detail };
  if (status >= 300 && status < 400)
    return { state: "failed", detail: `${detail} It has moved: enter its new address` };
  return { state: status === 410 ? "gone" : "failed", detail };
}

export function createSender(deps: Deps) {
  const { channels, alerts, now, random = Math.random } = deps;

  async function send(channel: ChannelRow, note: Note, signal?: AbortSignal): Promise<Result> {
    try {
      const address = readJson(deps.unseal(channel.address)) as Address;
      if (channel.kind === "email") {
        return await deps.mail({ kind: "alert", to: address.email!, ...mailOf(note), isConfirmed: true });
      }
      const { url, trusted, ...rest } = written(channel.kind, address, note, deps.telegramBase);
      const reply = await deps.outbound(url, {
        ...{ ...rest, method: "POST", redirects: 3, keepsMethod: true, maxBytes: 65_536, trusted, signal },
      });
      return verdict(reply, now());
    } catch (error) {
      const { code, message = String(error) } = error as { code?: string; message?: string };
      // A URL may hold a secret: the error names the host only (lib/core/outbound/index does).
      return { state: code === "INVALID_INPUT" ? "failed" : "retry", detail: message };
    }
  }

  function outcomeOf(job: Job, { state, detail, afterMs = 0 }: Result, isAborted: boolean): Outcome {
    const at = now();
    const error = cutText(detail, 300) || null;
    if (state === "sent") return { status: "sent", error: null, due_at: at };
    if (isAborted) return { status: "queued", error, due_at: at };
    const isTemporary = state === "retry" || state === "missing";
    if (isTemporary && job.attempts < ATTEMPTS_MAX && at - job.created_at < STALE_MS) {
      const own = BACKOFF_MS * 4 ** (job.attempts - 1) * (0.9 + random() / 5);
      return { status: "queued", error, due_at: at + Math.round(Math.min(Math.max(own, afterMs), BACKOFF_MAX_MS)) };
    }
    return { status: "failed", error, due_at: at };
  }

  /** @returns when its channel may be sent the next message; now, unless it has to wait */
  async function run(job: Job, signal: AbortSignal): Promise<number> {
    const channel = await channels.get(job.channel_id);
    const row = job.alert_id ? await alerts.get(job.alert_id) : undefined;
    if (channel?.enabled !== 1 || !row) {
      const error = channel?.enabled === 1 ? "The alert no longer exists" : "The channel is turned off";
      await channels.settle(job, { status: "dropped", error, due_at: now() }, now());
      return now();
    }
    const { event } = readJson(job.payload) as { event: Event };
    const alert = toAlert(row);
    const url = `${deps.publicUrl}/dashboard/alerts?alert=${encodeURIComponent(row.id)}`;
    const result = await send(channel, { id: job.id, event, at: now(), alert, url }, signal);
    if (result.state === "limited" && now() - job.created_at < STALE_MS) return pause(channel, job, result);
    const outcome = outcomeOf(job, result, signal.aborted);
    await channels.settle(job, outcome, now());
    if (result.state === "gone" || (result.state === "missing" && (await isMissing(channel))))
      await switchOff(channel, result.detail);
    return outcome.status === "queued" ? outcome.due_at : now();
  }

  /** Holds back everything for the channel, in every process: each message would be refused like this one. */
  async function pause(channel: ChannelRow, job: Job, { afterMs, isEverywhere = false }: Result): Promise<number> {
    const wait = Math.min(Math.ceil(afterMs ?? PAUSE_MS), BACKOFF_MAX_MS);
    const until = now() + wait;
    await channels.pause(channel, isEverywhere, until);
    await channels.release(job, until);
    deliveries.wake(wait);
    return until;
  }

  async function isMissing({ id }: ChannelRow): Promise<boolean> {
    const counted = await channels.countMissing(id, now());
    return counted !== undefined && counted.missing >= MISSING_MAX && now() - counted.missing_since >= MISSING_MS;
  }

  async function switchOff({ id, name, owner_id }: ChannelRow, detail: string): Promise<void> {
    await channels.put(id, { enabled: false });
    await deps.notify({
      ...{ to: { user_ids: [owner_id] }, kind: "alert", url: "/dashboard/alerts?tab=channels" },
      title: `Channel ${name} was turned off`,
      body: `Its address no longer exists. ${detail}. Check the address, then turn the channel on again.`,
    });
  }

  /** One after the other: a message that has to wait holds back the rest of its channel, which then was not tried. */
  async function runChannel(jobs: Job[], signal: AbortSignal): Promise<void> {
    let notBefore = now();
    for (const job of jobs)
      if (notBefore > now() || signal.aborted) await channels.release(job, notBefore);
      else notBefore = await run(job, signal);
  }

  const deliveries = deps.jobs.worker<Job[]>({
    // A batch at a time: two messages of one channel are never under way together.
    ...{ name: "alerts.messages", interval: POLL_MS, concurrency: CONCURRENCY, refillAt: 0, run: runChannel },
    async claim(limit) {
      const jobs = await channels.lease(limit, now(), now() + LEASE_MS);
      return [...Map.groupBy(jobs, (job) => job.channel_id).values()];
    },
  });

  return {
    deliveries,
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
