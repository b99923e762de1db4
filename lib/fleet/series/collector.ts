/**
 * Counts in memory what the rooms announce, per bot and minute, until the next flush takes it. It runs for every log, message
 * and command, so it neither allocates nor parses more than it must.
 */

import { iso } from "@/lib/core/clock";
import type { Command } from "@/lib/fleet/commands/contract";
import { level } from "@/lib/fleet/telemetry";
import { COUNTS, LATENCIES } from "./contract.constants";
import { bucketOf, emptySample, raise, report, type Sample } from "./sample";
import { bucketAt, MINUTE } from "./steps";

/** By bot. The fleet's own sample has the id FLEET. */
type Samples = Map<string, Sample>;
/** By minute since 1970, and by bot. */
export type Minutes = Map<number, Samples>;

export const FLEET = "";

const LEVELS: ReadonlyMap<string, string> = new Map<string, string>([
  ["debug", COUNTS["logs.debug"]],
  ["trace", COUNTS["logs.debug"]],
  ["info", COUNTS["logs.info"]],
  ["notice", COUNTS["logs.info"]],
  ["warning", COUNTS["logs.warning"]],
  ["error", COUNTS["logs.error"]],
  ["critical", COUNTS["logs.critical"]],
  ["fatal", COUNTS["logs.critical"]],
]);

/** The letter under which logs of a type are counted. */
export const letterOfType = (type: string): string =>
  LEVELS.get(type) ?? LEVELS.get(level(type)) ?? COUNTS["logs.other"];

/** How a command ended, as series name it. */
export function letterOfOutcome({ status, reason }: { status: string; reason: string | null }): string {
  if (status === "completed") return COUNTS["commands.completed"];
  if (reason === "cancelled") return COUNTS["commands.cancelled"];
  if (reason === "expired") return COUNTS["commands.expired"];
  return reason === "dead" ? COUNTS["commands.undeliverable"] : COUNTS["commands.failed"];
}

/** Times of a command that has ended, in epoch ms. `since`: when it could first be handed out. */
export type Ended = { since: number; dispatched_at: number | null; completed_at: number };

/** The keys under which the waiting times of a command are counted. */
export function latencyKeys({ since, dispatched_at, completed_at }: Ended): string[] {
  if (dispatched_at === null) return [];
  const delivered = LATENCIES["latency.delivered"] + bucketOf(dispatched_at - since);
  return [delivered, LATENCIES["latency.done"] + bucketOf(completed_at - dispatched_at)];
}

/** Returns the sample of a bot's minute, which is made if there is none. */
export function sampleIn(minutes: Minutes, minute: number, botId: string): Sample {
  let samples = minutes.get(minute);
  if (!samples) {
    samples = new Map();
    minutes.set(minute, samples);
  }
  let sample = samples.get(botId);
  if (!sample) {
    sample = emptySample();
    samples.set(botId, sample);
  }
  return sample;
}

export function createCollector() {
  let minutes: Minutes = new Map();
  /** The minute of the last row, and the texts of its first and last millisecond, so that each minute is parsed once. */
  let known = { minute: 0, first: "", last: "" };

  function minuteOf(time: string): number {
    if (time < known.first || time > known.last) {
      const minute = bucketAt(MINUTE, Date.parse(time));
      known = { minute, first: iso(minute * MINUTE.ms), last: iso((minute + 1) * MINUTE.ms - 1) };
    }
    return known.minute;
  }
  const sampleOf = (botId: string, time: string): Sample => sampleIn(minutes, minuteOf(time), botId);

  return {
    /** @param received_at the rows of one fact were received together */
    logs(botId: string, logs: readonly { type: string; received_at: string }[]): void {
      const sample = sampleOf(botId, logs[0]!.received_at);
      for (const { type } of logs) raise(sample, letterOfType(type));
    },
    messages(botId: string, messages: readonly { received_at: string }[]): void {
      raise(sampleOf(botId, messages[0]!.received_at), COUNTS.messages, messages.length);
    },
    queued({ bot_id, created_at }: Command): void {
      raise(sampleOf(bot_id, created_at), COUNTS["commands.queued"]);
    },
    /** Counts the end of a command in the minute of its end, with how long it took. */
    settled({ bot_id, status, reason, created_at, run_at, dispatched_at, completed_at }: Command): void {
      if (completed_at === null) return;
      const sample = sampleOf(bot_id, completed_at);
      raise(sample, letterOfOutcome({ status, reason }));
      if (dispatched_at === null) return;
      const since = Math.max(Date.parse(created_at), run_at === null ? 0 : Date.parse(run_at));
      const times = { dispatched_at: Date.parse(dispatched_at), completed_at: Date.parse(completed_at) };
      for (const key of latencyKeys({ since, ...times })) raise(sample, key);
    },
    /** Adds numbers that a bot reported at a time (epoch ms). */
    reported(botId: string, values: Readonly<Record<string, number>>, at: number): void {
      const sample = sampleIn(minutes, bucketAt(MINUTE, at), botId);
      for (const [name, value] of Object.entries(values)) report(sample, name, value, at);
    },
    forget(botId: string): void {
      for (const samples of minutes.values()) samples.delete(botId);
    },
    /** Hands over what was counted since the last call. */
    take(): Minutes {
      const taken = minutes;
      minutes = new Map();
      return taken;
    },
  };
}

export type Collector = ReturnType<typeof createCollector>;
