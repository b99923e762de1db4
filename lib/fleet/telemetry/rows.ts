/** Converts what bots send into rows to store, and rows into replies. */

import { iso } from "@/lib/core/clock";
import { parseEventTime } from "@/lib/core/contract.time";
import { readJson } from "@/lib/core/format/json";
import type { Log, Message, postLogs, postMessages } from "./contract";
import { typeOfLevel } from "./levels";
import type { LogRow, MessageRow } from "./store.types";

type Output<O extends { body: unknown }> = O["body"] extends { _output: infer T } ? T : never;
export type LogsInput = Output<typeof postLogs>;
type LogInput = Exclude<LogsInput, readonly unknown[]>;
export type MessagesInput = Output<typeof postMessages>;

/**
 * Replaces NUL and unpaired surrogates by the replacement character, because PostgreSQL's text type can store neither.
 */
export const clean = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");
export const asText = (metadata: Record<string, unknown> | undefined) => (metadata ? JSON.stringify(metadata) : null);
export const asObject = (text: string | null): Record<string, unknown> => (text === null ? {} : readJson(text));

export const toLog = (row: LogRow): Log => ({
  id: row.seq,
  type: row.type,
  level: row.type,
  message: row.message,
  timestamp: iso(row.event_at ?? row.at),
  received_at: iso(row.at),
  metadata: asObject(row.metadata),
  bot_id: row.bot_id,
});
export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  bot_id: row.bot_id,
  message: row.message,
  author_id: row.author_id,
  author_name: row.author_name,
  thread_id: row.thread_id,
  thread_type: row.thread_type,
  timestamp: iso(row.event_at ?? row.at),
  received_at: iso(row.at),
  metadata: asObject(row.metadata),
});

/** The reply to a bot: the number of stored rows, and the fields that could not be read. */
export type Receipt = { received: number; ignored?: string[] };
export const receipt = (received: number, ignored: Set<string>): Receipt =>
  ignored.size > 0 ? { received, ignored: [...ignored] } : { received };

/** Returns the time of the event, or null for the time of receipt; an unreadable time is noted in `ignored`. */
export function eventAt(timestamp: unknown, at: number, ignored: Set<string>): number | null {
  if (timestamp === undefined || timestamp === null) return null;
  const event = parseEventTime(timestamp, at);
  if (event === undefined) ignored.add("timestamp");
  return event ?? null;
}

/** Returns a log's type. Without a `type`, the `level` or `severity` that loggers send is used. */
export function typeOf({ type, level, severity }: LogInput, ignored: Set<string>): string {
  if (type !== undefined) return type;
  const field = level === undefined || level === null ? "severity" : "level";
  const given = field === "level" ? level : severity;
  if (given === undefined || given === null) return "info";
  const found = typeOfLevel(given);
  if (found === undefined) ignored.add(field);
  return found ?? "info";
}
