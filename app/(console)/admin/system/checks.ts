import type { Tone } from "@/app/_ui/badge";
import { countText } from "@/lib/core/format/units";
import type { SystemInfo } from "@/lib/operations/system/contract";

/** Above this delay of the event loop, which grows when the process has too much to do, people notice slow pages. */
const SLOW_LOOP_MS = 100;

type Readings = Pick<SystemInfo, "checks" | "event_loop_delay_ms">;
type Row = { name: string; status: "ok" | "slow" | "failed"; tone: Tone; detail: string };

export const isSlow = ({ event_loop_delay_ms }: Pick<SystemInfo, "event_loop_delay_ms">): boolean =>
  event_loop_delay_ms > SLOW_LOOP_MS;

/** "4.2 ms", "120 ms" */
export const delayText = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

/**
 * The rows of the list of checks, and the verdict above it. An overloaded server answers its checks, so the list includes the
 * delay of the event loop: otherwise the page would say "all passed" beside a warning.
 */
export function checksOf(info: Readings): { rows: Row[]; verdict: { tone: Tone; text: string } } {
  const slow = isSlow(info);
  const rows: Row[] = info.checks.map(({ name, ok, detail }) =>
    ok ? { name, status: "ok", tone: "ok", detail } : { name, status: "failed", tone: "bad", detail },
  );
  const load = `timers fire ${delayText(info.event_loop_delay_ms)} late`;
  rows.push({
    name: "load",
    status: slow ? "slow" : "ok",
    tone: slow ? "warn" : "ok",
    detail: slow ? `${load}: the server had too much to do in the last minute` : load,
  });
  const failed = rows.filter(({ status }) => status === "failed").length;
  if (failed > 0) return { rows, verdict: { tone: "bad", text: countText(failed, "check failed", "checks failed") } };
  return { rows, verdict: slow ? { tone: "warn", text: "overloaded" } : { tone: "ok", text: "all passed" } };
}
