import { type ChartLayout, HEIGHT, type Point } from "./chart-layout";

/** The lines of the value axis with their figures. */
export function Axis({ layout, text }: { layout: ChartLayout; text: (value: number) => string }) {
  const { ticks, left, width, y } = layout;
  return ticks.map((tick) => (
    <g key={tick}>
      <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} className="stroke-line" />
      <text x={left - 8} y={y(tick) + 4} textAnchor="end" className="tnum fill-faint text-[11px]">
        {text(tick)}
      </text>
    </g>
  ));
}

type BarsProps = {
  layout: ChartLayout;
  points: readonly Point[];
  /** The bar under the pointer; the others are dimmed. */
  marked: number | null;
};

/** Draws a bar for each point. Every n-th bar is labelled, counted from the last one, so that labels do not overlap. */
export function Bars({ layout, points, marked }: BarsProps) {
  const { left, step, width, nameEvery, y, middleOf } = layout;
  const last = points.length - 1;
  return points.map(({ name, value }, bar) => (
    <g key={name}>
      {value > 0 ? (
        <rect
          x={left + step * bar + Math.min(2, step * 0.1)}
          width={Math.max(1, step - Math.min(4, step * 0.2))}
          y={Math.min(y(value), y(0) - 1.5)}
          height={Math.max(1.5, y(0) - y(value))}
          rx={Math.min(2, step / 4)}
          className="fill-accent"
          opacity={marked !== null && bar !== marked ? 0.45 : 1}
        />
      ) : null}
      {(last - bar) % nameEvery === 0 && middleOf(bar) - left > 24 ? (
        <text
          x={Math.min(middleOf(bar), width - 22)}
          y={HEIGHT - 4}
          textAnchor="middle"
          className="fill-faint text-[11px]"
        >
          {name.replace(/ \d{4}$/, "")}
        </text>
      ) : null}
    </g>
  ));
}
