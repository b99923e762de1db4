/** Shared by the push transports: the meaning of a service's answer for the message and for the device. */

import { cutBytes, cutText } from "@/lib/core/format/text";

/** The payload of a message, both in the queue and on the device. */
export type Payload = {
  id: string;
  kind: string;
  title: string;
  body: string;
  url: string | null;
  priority: "low" | "normal" | "high";
  /** A newer message with the same tag replaces this one on the device. */
  tag: string;
  /** The ticket that it is about. */
  ticket?: { ticket_id: string; ticket_num: number };
  /** Epoch milliseconds. */
  at: number;
};

/**
 * `gone`: the device no longer accepts messages. `retry`: try again later, after `afterMs` if the service gave a time.
 */
export type Result = { state: "sent" | "gone" | "retry" | "failed"; detail: string; afterMs?: number };

/** Interprets a failed exchange: an unanswered request may be retried later, a forbidden address never. */
export function failure(error: unknown): Result {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "INVALID_INPUT") return { state: "gone", detail: message ?? "The address is not allowed" };
  return { state: "retry", detail: message ?? String(error) };
}

/** The first characters of an answer, for the delivery's record. */
export const excerpt = (body: Buffer): string =>
  cutText(body.toString("utf8", 0, 1200).replace(/\s+/g, " ").trim(), 300);

const TITLE_BYTES = 600;

/**
 * The message with its title and body shortened until it takes at most `max` bytes as JSON: push services refuse larger
 * ones for good, and a body of control characters or emoji takes six times its length. The inbox has the whole text.
 */
export function fitted(payload: Payload, max: number): Payload {
  const short = { ...payload, title: cutBytes(payload.title, TITLE_BYTES) };
  for (let room = max; room > 0 && Buffer.byteLength(JSON.stringify(short)) > max; room = Math.floor(room * 0.8))
    short.body = cutBytes(payload.body, room);
  return short;
}
