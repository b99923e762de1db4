/**
 * Sends the messages queued for channels, a few at a time. Messages are leased, so that processes share the work and a
 * restart loses none; a message that was being sent when a process died may arrive twice, under the same webhook-id.
 * Failed messages are retried after growing pauses; a channel that no longer exists is switched off.
 */

import type { NotificationsRoom } from "@/lib/community/notifications";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { Jobs } from "@/lib/core/jobs";
import type { Mail } from "@/lib/core/mail";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import type { Alert } from "@/lib/operations/alerts/contract";
import type { Event } from "@/lib/operations/alerts/engine/announce";
import type { AlertStore } from "@/lib/operations/alerts/store";
import { toAlert } from "@/lib/operations/alerts/store.rows";
import { type Address, mailOf, type Note, written } from "./formats";
import { BACKOFF_MAX_MS, outcomeOf, type Result, STALE_MS, verdict } from "./outcome";
import type { ChannelStore } from "./store";
import type { ChannelRow, Job } from "./store.rows";

type Deps = {
  jobs: Pick<Jobs, "worker">;
  channels: Pick<ChannelStore, "lease" | "settle" | "release" | "get" | "put" | "mark" | "pause" | "countMissing">;
  alerts: Pick<AlertStore, "get">;
  outbound(url: string, options: OutboundRequest): Promise<OutboundReply>;
  mail(mail: Mail): Promise<Result>;
  notify: NotificationsRoom["notifications"]["notify"];
  /** Returns the people who are notified when a team's channel is switched off. */
  operatorsOf(teamId: number): Promise<number[]>;
  unseal(text: string): string;
  now(): number;
  random?: () => number;
  telegramBase: string;
  publicUrl: string;
};

const CONCURRENCY = 8;
/** Long enough for a batch to a channel that answers each message just before its timeout. */
const LEASE_MS = 120_000;
const POLL_MS = 2_000;
/** The pause when a service asks for one without saying how long. */
const PAUSE_MS = 5_000;
/** A channel is switched off after this many 404 answers in a row, if the first of them is at least MISSING_MS ago. */
const MISSING_MAX = 3;
const MISSING_MS = 3_600_000;

export function createSender(deps: Deps) {
  const { channels, now } = deps;

  /**
   * Sends a channel's messages one after the other. When one has to wait, the rest are given back without counting as
   * attempts.
   */
  async function runChannel(jobs: Job[], signal: AbortSignal): Promise<void> {
    let notBefore = now();
    for (const job of jobs)
      if (notBefore > now() || signal.aborted) await channels.release(job, notBefore);
      else notBefore = await run(deps, job, signal, (wait) => deliveries.wake(wait));
  }

  const deliveries = deps.jobs.worker<Job[]>({
    // `refillAt: 0` finishes a batch before the next one, so that two messages of one channel are never sent at the
    // same time.
    ...{ name: "alerts.messages", interval: POLL_MS, concurrency: CONCURRENCY, refillAt: 0, run: runChannel },
    async claim(limit) {
      const jobs = await channels.lease(limit, now(), now() + LEASE_MS);
      return [...Map.groupBy(jobs, (job) => job.channel_id).values()];
    },
  });

  return {
    deliveries,
    /** Sends one message at once, without the queue. */
    async test(channel: ChannelRow, alert: Alert, id: string): Promise<{ success: boolean; message: string }> {
      const { state, detail } = await send(deps, channel, {
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

async function send(deps: Deps, channel: ChannelRow, note: Note, signal?: AbortSignal): Promise<Result> {
  try {
    const address = readJson(deps.unseal(channel.address)) as Address;
    if (channel.kind === "email") {
      return await deps.mail({ kind: "alert", to: address.email!, ...mailOf(note), isConfirmed: true });
    }
    const { url, trusted, ...rest } = written(channel.kind, address, note, deps.telegramBase);
    const reply = await deps.outbound(url, {
      ...{ ...rest, method: "POST", redirects: 3, keepsMethod: true, maxBytes: 65_536, trusted, signal },
    });
    return verdict(reply, deps.now());
  } catch (error) {
    const { code, message = String(error) } = error as { code?: string; message?: string };
    // A URL may contain a secret. The message is safe, because errors of lib/core/outbound name only the host.
    return { state: code === "INVALID_INPUT" ? "failed" : "retry", detail: message };
  }
}

/** @returns when the channel may be sent its next message; the present time if it need not wait */
async function run(deps: Deps, job: Job, signal: AbortSignal, wakeIn: (ms: number) => void): Promise<number> {
  const { channels, alerts, now, random = Math.random } = deps;
  const channel = await channels.get(job.channel_id);
  const row = job.alert_id ? await alerts.get(job.alert_id) : undefined;
  if (channel?.enabled !== 1 || !row) {
    const error = channel?.enabled === 1 ? "The alert no longer exists" : "The channel is turned off";
    await channels.settle(job, { status: "dropped", error, due_at: now() }, now());
    return now();
  }
  const { event } = readJson(job.payload) as { event: Event };
  const url = `${deps.publicUrl}/dashboard/alerts?alert=${encodeURIComponent(row.id)}`;
  const link = row.link === null ? undefined : deps.publicUrl + row.link;
  const result = await send(deps, channel, { id: job.id, event, at: now(), alert: toAlert(row), url, link }, signal);
  if (result.state === "limited" && now() - job.created_at < STALE_MS) {
    const wait = Math.min(Math.ceil(result.afterMs ?? PAUSE_MS), BACKOFF_MAX_MS);
    const until = await pause(deps, channel, job, wait, result.isEverywhere);
    wakeIn(wait);
    return until;
  }
  const outcome = outcomeOf(job, result, { at: now(), isAborted: signal.aborted, random: random() });
  await channels.settle(job, outcome, now());
  if (result.state === "gone" || (result.state === "missing" && (await isMissing(deps, channel))))
    await switchOff(deps, channel, result.detail);
  return outcome.status === "queued" ? outcome.due_at : now();
}

/** Pauses the channel in every process, because each further message would be refused like this one. */
async function pause(
  { channels, now }: Deps,
  channel: ChannelRow,
  job: Job,
  wait: number,
  isEverywhere = false,
): Promise<number> {
  const until = now() + wait;
  await channels.pause(channel, isEverywhere, until);
  await channels.release(job, until);
  return until;
}

async function isMissing({ channels, now }: Deps, { id }: ChannelRow): Promise<boolean> {
  const counted = await channels.countMissing(id, now());
  return counted !== undefined && counted.missing >= MISSING_MAX && now() - counted.missing_since >= MISSING_MS;
}

async function switchOff({ channels, notify, operatorsOf }: Deps, { id, name, team_id }: ChannelRow, detail: string) {
  await channels.put(id, { enabled: false });
  await notify({
    ...{ to: { user_ids: await operatorsOf(team_id) }, kind: "alert", url: "/dashboard/alerts?tab=channels" },
    title: `Channel ${name} was turned off`,
    body: `Its address no longer exists. ${detail}. Check the address, then turn the channel on again.`,
  });
}
