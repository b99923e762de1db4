/** Sends one fact to a webhook's address or its message broker, signed by Standard Webhooks, and says what the answer means. */
import { BrokerError, type Brokers, parseBrokerAddress } from "@/lib/core/brokers";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { signedHeaders } from "@/lib/core/outbound/signed";
import { REPLY_MAX } from "./contract.constants";
import type { WebhookRow } from "./store.rows";

export type PostDeps = {
  outbound(url: string, options: OutboundRequest): Promise<OutboundReply>;
  brokers: Pick<Brokers, "publish">;
  unseal(text: string): string;
  now(): number;
};
type Event = { id: string; kind: string; at: number; body: string };
/**
 * `refused`: the receiver does not take this body, whenever it is sent. `failed`: it answered, but with an error. `away`: it
 * could not be reached or asks for a pause, which says nothing about this delivery.
 */
export type Answer = {
  result: "taken" | "refused" | "failed" | "away" | "gone";
  http_status: number | null;
  took_ms: number;
  error: string | null;
  /** The beginning of the answer's body; null without an answer. */
  reply: string | null;
  /** When the request was signed (epoch ms). */
  tried_at: number;
  after_ms?: number;
};

/** Returns what the log keeps of an answer. */
export const noteOf = ({ http_status, took_ms, error, reply, tried_at }: Answer) => ({
  ...{ http_status, took_ms, error, reply, tried_at },
});
/** Fills the columns of an answer for a delivery that was not sent. */
export const UNSENT = { http_status: null, took_ms: null, reply: null, tried_at: null };

const TIMEOUT_MS = 15_000;
/** Statuses that say that the body itself is not accepted. */
const REFUSALS = new Set([400, 413, 415, 422]);
/** Statuses of a receiver that is away or asks for a pause. */
const AWAY = new Set([408, 425, 429, 502, 503, 504]);

function resultOf(status: number): Answer["result"] {
  if (status >= 200 && status < 300) return "taken";
  if (status === 410) return "gone";
  if (REFUSALS.has(status)) return "refused";
  return AWAY.has(status) ? "away" : "failed";
}

/** Returns the sealed secrets that sign: the webhook's own and, until the overlap of a rotation ends, the old one too. */
const secretsOf = ({ secret, old_secret, old_secret_until }: WebhookRow, at: number): string[] =>
  old_secret !== null && (old_secret_until ?? 0) > at ? [secret, old_secret] : [secret];

/** Writes the body of a request: the kind, the time of the fact, and its data as it was stored. */
export const bodyOf = ({ kind, at, body }: Pick<Event, "kind" | "at" | "body">): string =>
  `{"type":${JSON.stringify(kind)},"timestamp":"${new Date(at).toISOString()}","data":${body}}`;

/** Posts an event to a webhook, or publishes it. Never throws: a request that fails has the result `away`. */
export async function post(deps: PostDeps, webhook: WebhookRow, fact: Event, signal?: AbortSignal): Promise<Answer> {
  const began = performance.now();
  const body = bodyOf(fact);
  const at = deps.now();
  const attempt = () => ({ took_ms: Math.round(performance.now() - began), tried_at: at });
  try {
    const url = deps.unseal(webhook.address);
    const secrets = secretsOf(webhook, at).map((sealed) => deps.unseal(sealed));
    const headers = signedHeaders({ id: fact.id, at, body }, secrets);
    if (parseBrokerAddress(url)) {
      const message = { ...fact, body, headers: { ...headers, "webhook-type": fact.kind } };
      const reply = await deps.brokers.publish(url, message, signal);
      return { result: "taken", http_status: null, error: null, reply, ...attempt() };
    }
    const reply = await deps.outbound(url, {
      ...{ method: "POST", body, headers, timeoutMs: TIMEOUT_MS, maxBytes: 65_536, redirects: 3, signal },
      ...{ keepsMethod: true, keepsTls: true },
    });
    return { ...answerOf(reply, at), ...attempt() };
  } catch (error) {
    // Errors of lib/core/outbound name the host only, and those of brokers no credentials, so they are safe to show.
    const isKnown = error instanceof AppError || error instanceof BrokerError;
    const text = cutText(isKnown ? error.message : "The request failed", 300);
    const result = error instanceof BrokerError ? error.result : "away";
    return { result, http_status: null, error: text, reply: null, ...attempt() };
  }
}

/** Reads the answer of a receiver. */
function answerOf(reply: OutboundReply, at: number) {
  const result = resultOf(reply.status);
  // PostgreSQL's text cannot hold NUL.
  const text = reply.body.toString("utf8", 0, REPLY_MAX * 4).replaceAll("\0", "\ufffd");
  const replyText = cutText(text.replace(/\s+/g, " ").trim(), 200);
  return {
    ...{ result, http_status: reply.status, reply: cutText(text, REPLY_MAX) },
    error: result === "taken" ? null : `It answered ${reply.status}${replyText ? `: ${replyText}` : ""}`,
    after_ms: retryAfter(reply.headers["retry-after"], at),
  };
}
