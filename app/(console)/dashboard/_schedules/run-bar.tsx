import type { Tone } from "@/app/_ui/badge";
import { countText } from "@/lib/core/format/units";
import type { Schedule } from "@/lib/operations/schedules/contract";
import { RECENT_MAX } from "@/lib/operations/schedules/contract.constants";
import { outcomeOf } from "./texts";

const WIDTH = 4;
const HEIGHT = 20;
/** The height of a mark repeats what its colour says. */
const MARKS: Record<Tone, { height: number; className: string }> = {
  ok: { height: HEIGHT, className: "fill-ok" },
  info: { height: 14, className: "fill-info" },
  warn: { height: 10, className: "fill-warn" },
  bad: { height: 8, className: "fill-bad" },
  neutral: { height: 3, className: "fill-line-strong" },
};

/** The newest runs of a schedule as marks, the newest at the right. */
export function RunBar({ runs }: { runs: Schedule["recent_runs"] }) {
  const outcomes = runs.map((run) => outcomeOf(run).tone);
  const counted = (tone: Tone) => outcomes.filter((one) => one === tone).length;
  const texts = [
    `${counted("ok")} done`,
    `${counted("bad")} failed`,
    counted("neutral") > 0 ? `${counted("neutral")} skipped` : null,
    counted("info") > 0 ? `${counted("info")} running` : null,
  ].filter((text) => text !== null);
  const first = (RECENT_MAX - outcomes.length) * WIDTH;
  return (
    <svg
      viewBox={`0 0 ${RECENT_MAX * WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Newest ${countText(runs.length, "run")}: ${texts.join(", ")}`}
      className="h-5 w-20 shrink-0"
    >
      {/* Dots in the places of runs that there have not been yet show where the newest one is. */}
      {Array.from({ length: first / WIDTH }, (_, at) => (
        <rect key={at} x={at * WIDTH + 0.5} y={HEIGHT - 1} width={WIDTH - 1} height={1} className="fill-line" />
      ))}
      {outcomes.toReversed().map((tone, at) => (
        <rect
          key={runs[runs.length - 1 - at]!.run_id}
          x={first + at * WIDTH + 0.5}
          y={HEIGHT - MARKS[tone].height}
          width={WIDTH - 1}
          height={MARKS[tone].height}
          rx="0.5"
          className={MARKS[tone].className}
        />
      ))}
    </svg>
  );
}
