/** The work that every adapter of a library shares: status reports, sync, and rate limits as a chart. */
import type { MusterBot } from "./bot.js";
import type { Json, SyncData } from "./types.js";

export type ManageOptions = {
  /** Records every message the bot sees, with its text. Off by default: messages are personal data of other people. */
  messages?: boolean;
  /** Sends the library's warnings and errors as logs. On by default. */
  logs?: boolean;
  /** How often rate limits are reported, in milliseconds; once a minute by default. */
  metricsMs?: number;
};

/** The reports of one managed bot. They never throw: a refusal becomes a warning in the log. */
export function createReports(muster: MusterBot, { metricsMs = 60_000 }: ManageOptions) {
  const warn = (what: string) => (error: Error) => muster.log("warning", `${what}: ${error.message}`);
  let hits = 0;
  let waitS = 0;
  let remaining: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** Reports what was seen since the last report. There is no timer, and no report, while nothing is seen. */
  function reportLimits() {
    timer = undefined;
    const metrics = {
      rate_limit_hits: hits,
      rate_limit_wait_s: waitS,
      ...(remaining !== undefined && { rate_limit_remaining: remaining }),
    };
    [hits, waitS, remaining] = [0, 0, undefined];
    muster.metrics(metrics).catch(warn("The rate limits were refused"));
  }
  function schedule() {
    if (timer === undefined) timer = setTimeout(reportLimits, metricsMs).unref();
  }

  return {
    status(status: string, data?: Json): void {
      muster.status(status, data).catch(warn("The status was refused"));
    },
    sync(data: SyncData): void {
      muster.sync(data).catch(warn("The synced data was refused"));
    },
    /** Counts a request that the platform, or the library for it, delayed. The longest wait is kept, in seconds. */
    limited(seconds: number): void {
      hits++;
      waitS = Math.max(waitS, seconds);
      schedule();
    },
    /** Notes how many requests the platform allows until the limit resets. The least is kept. */
    remaining(requests: number): void {
      remaining = Math.min(remaining ?? requests, requests);
      schedule();
    },
  };
}
