/** Decides from the result of a delivery attempt what happens to the message and its channel. */
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { OutboundReply } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import type { Job, Outcome } from "./store.rows";

/**
 * `limited`: the service asks this channel to pause, or all channels of its kind with `isEverywhere`. `missing`: a 404,
 * which a service also answers while it is being deployed.
 */
export type Result = {
  state: "sent" | "gone" | "missing" | "limited" | "retry" | "failed";
  detail: string;
  afterMs?: number;
  isEverywhere?: boolean;
};

const ATTEMPTS_MAX = 8;
const BACKOFF_MS = 2_000;
export const BACKOFF_MAX_MS = 1_800_000;
/** A message fails for good when it could not be sent for this long. */
export const STALE_MS = 43_200_000;

/** Reads the pause that a reply asks for. Discord and Telegram state it more exactly in the body than in the header. */
function waitOf(reply: OutboundReply, at: number): { afterMs: number | undefined; isEverywhere: boolean } {
  let body: { retry_after?: number; global?: boolean; parameters?: { retry_after?: number } } = {};
  try {
    body = (readJson(reply.body.toString("utf8")) as typeof body | null) ?? {};
  } catch {
    // The body may not be JSON: a gateway in between may answer in HTML.
  }
  const seconds = body.parameters?.retry_after ?? body.retry_after;
  const said = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
  return { afterMs: said ?? retryAfter(reply.headers["retry-after"], at), isEverywhere: body.global === true };
}

/** Decides from an HTTP response what happens to the message and its channel. */
export function verdict(reply: OutboundReply, at: number): Result {
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

/** @param random 0 to 1; spreads the retries of many messages over time */
export function outcomeOf(
  job: Pick<Job, "attempts" | "created_at">,
  { state, detail, afterMs = 0 }: Result,
  { at, isAborted, random }: { at: number; isAborted: boolean; random: number },
): Outcome {
  const error = cutText(detail, 300) || null;
  if (state === "sent") return { status: "sent", error: null, due_at: at };
  if (isAborted) return { status: "queued", error, due_at: at };
  const isTemporary = state === "retry" || state === "missing";
  if (isTemporary && job.attempts < ATTEMPTS_MAX && at - job.created_at < STALE_MS) {
    const own = BACKOFF_MS * 4 ** (job.attempts - 1) * (0.9 + random / 5);
    return { status: "queued", error, due_at: at + Math.round(Math.min(Math.max(own, afterMs), BACKOFF_MAX_MS)) };
  }
  return { status: "failed", error, due_at: at };
}
