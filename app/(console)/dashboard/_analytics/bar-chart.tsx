"use client";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { niceTop } from "./scale";

type Point = { name: string; value: number };
type Props = {
  label: string;
  points: readonly Point[];
  /** A value as a person reads it. */
  text: (value: number) => string;
  /** How a point is called in the note beside it. */
  nameOf: (name: string) => string;
  /** Values are seconds: the axis steps by minutes and hours. */
  duration: boolean;
};

const HEIGHT = 208;
const BOTTOM = 20;
const TOP = 8;
const PLOT = HEIGHT - TOP - BOTTOM;

/**
 * Bars over time. Pointing shows a bar's figure; so do the arrow keys, as with a slider, which is also how it is read
 * aloud. The same figures stand in a table beside it.
 */
export function BarChart({ label, points, text, nameOf, duration }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [at, setAt] = useState<number>();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const last = points.length - 1;
  const index = Math.min(at ?? last, last);
  const point = points[index];
  const ticks = niceTop(Math.max(...points.map(({ value }) => value), 0), duration);
  const top = ticks.at(-1)!;
  const left = Math.max(...ticks.map((tick) => text(tick).length)) * 7 + 8;
  const step = points.length > 0 ? Math.max(0, width - left) / points.length : 0;
  const y = (value: number) => TOP + PLOT * (1 - value / top);
  const names = Math.max(1, Math.min(points.length, Math.floor((width - left) / 96)));
  const every = Math.ceil(points.length / names);

  const pointAt = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    setAt(Math.min(last, Math.max(0, Math.floor(x / Math.max(step, 1)))));
    setShown(true);
  };
  const move = (event: KeyboardEvent) => {
    const to = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: last,
      PageUp: index - 7,
      PageDown: index + 7,
    }[event.key];
    if (event.key === "Escape") setShown(false);
    if (to === undefined) return;
    event.preventDefault();
    setAt(Math.min(last, Math.max(0, to)));
    setShown(true);
  };
  const middle = left + step * (index + 0.5);
  return (
    <div
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(last, 0)}
      aria-valuenow={index}
      aria-valuetext={point ? `${nameOf(point.name)}: ${text(point.value)}` : undefined}
      onKeyDown={move}
      onBlur={() => setShown(false)}
      className="relative w-full rounded"
      style={{ height: HEIGHT }}
    >
      {width > 0 ? (
        <svg
          width={width}
          height={HEIGHT}
          aria-hidden
          onPointerMove={pointAt}
          onPointerDown={pointAt}
          onPointerLeave={() => setShown(false)}
          className="block touch-pan-y overflow-visible"
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} className="stroke-line" />
              <text x={left - 8} y={y(tick) + 4} textAnchor="end" className="tnum fill-faint text-[11px]">
                {text(tick)}
              </text>
            </g>
          ))}
          {points.map(({ name, value }, bar) => (
            <g key={name}>
              {value > 0 ? (
                <rect
                  x={left + step * bar + Math.min(2, step * 0.1)}
                  width={Math.max(1, step - Math.min(4, step * 0.2))}
                  y={Math.min(y(value), y(0) - 1.5)}
                  height={Math.max(1.5, y(0) - y(value))}
                  rx={Math.min(2, step / 4)}
                  className="fill-accent"
                  opacity={shown && bar !== index ? 0.45 : 1}
                />
              ) : null}
              {(last - bar) % every === 0 && left + step * (bar + 0.5) - left > 24 ? (
                <text
                  x={Math.min(left + step * (bar + 0.5), width - 22)}
                  y={HEIGHT - 4}
                  textAnchor="middle"
                  className="fill-faint text-[11px]"
                >
                  {name.replace(/ \d{4}$/, "")}
                </text>
              ) : null}
            </g>
          ))}
        </svg>
      ) : null}
      {shown && point && width > 0 ? (
        <div
          className="pointer-events-none absolute top-0 z-10 whitespace-nowrap rounded-md bg-text px-2 py-1 text-bg text-xs shadow-pop"
          style={middle > width / 2 ? { right: width - middle + step / 2 + 6 } : { left: middle + step / 2 + 6 }}
        >
          <span className="tnum font-semibold">{text(point.value)}</span> · {nameOf(point.name)}
        </div>
      ) : null}
    </div>
  );
}
