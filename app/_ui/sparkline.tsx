import { cn } from "./cn";

type SparklineProps = {
  values: readonly number[];
  /** Describes the line to screen readers: "Messages per minute, last hour". */
  label: string;
  /** The value at the top of the box; by default the highest value. */
  max?: number;
  className?: string;
};

/** A small line chart without axes. Scales to its box; zero is the bottom. */
export function Sparkline({ values, label, max, className }: SparklineProps) {
  const top = max ?? Math.max(...values, 1);
  const step = values.length > 1 ? 100 / (values.length - 1) : 100;
  const points = values.map((value, at) => `${(at * step).toFixed(2)},${(30 - (value / top) * 28 - 1).toFixed(2)}`);
  return (
    <svg
      viewBox="0 0 100 30"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={cn("ui:h-8 ui:w-full text-accent", className)}
    >
      {points.length > 1 ? (
        <>
          <path d={`M0,30 L${points.join(" L")} L100,30 Z`} fill="currentColor" opacity="0.1" />
          <polyline
            points={points.join(" ")}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
        </>
      ) : null}
    </svg>
  );
}

type UptimeBarProps = {
  /** Share of time online per span, oldest first, 0..1; null before the bot existed. */
  slots: readonly (number | null)[];
  label: string;
  className?: string;
};

/**
 * One bar per period. The height repeats what the colour says: full is up, half is partly up, a stub is down, a dot
 * means that the bot did not exist yet.
 */
export function UptimeBar({ slots, label, className }: UptimeBarProps) {
  const width = 4;
  return (
    <svg
      viewBox={`0 0 ${Math.max(slots.length, 1) * width} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={cn("ui:h-5 w-full", className)}
    >
      {slots.map((share, at) => {
        const height = share === null ? 2 : share >= 0.999 ? 20 : share > 0 ? 6 + share * 10 : 6;
        return (
          <rect
            key={at}
            x={at * width + 0.5}
            y={20 - height}
            width={width - 1}
            height={height}
            rx="0.5"
            className={share === null ? "fill-line" : share >= 0.999 ? "fill-ok" : share > 0 ? "fill-warn" : "fill-bad"}
          />
        );
      })}
    </svg>
  );
}
