"use client";
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { Axis, Bars } from "./bar-marks";
import { type ChartLayout, HEIGHT, layoutOf, type Point } from "./chart-layout";

type Props = {
  label: string;
  points: readonly Point[];
  /** Returns the text that shows a value to a person. */
  text: (value: number) => string;
  /** Returns the label of a point in its tooltip. */
  nameOf: (name: string) => string;
  /** Values are seconds: the axis steps by minutes and hours. */
  duration: boolean;
};

/**
 * A bar chart over time. The pointer or the arrow keys choose a bar and show its value; screen readers treat the chart
 * as a slider. A table beside the chart holds the same values.
 */
export function BarChart({ label, points, text, nameOf, duration }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const layout = layoutOf(points, useWidth(box), text, duration);
  const { index, shown, hide, point: pointTo, move } = useChosenBar(points.length, layout);
  const point = points[index];
  return (
    <div
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(points.length - 1, 0)}
      aria-valuenow={index}
      aria-valuetext={point ? `${nameOf(point.name)}: ${text(point.value)}` : undefined}
      onKeyDown={move}
      onBlur={hide}
      className="relative w-full rounded"
      style={{ height: HEIGHT }}
    >
      {layout.width > 0 ? (
        <svg
          width={layout.width}
          height={HEIGHT}
          aria-hidden
          onPointerMove={pointTo}
          onPointerDown={pointTo}
          onPointerLeave={hide}
          className="block touch-pan-y overflow-visible"
        >
          <Axis layout={layout} text={text} />
          <Bars layout={layout} points={points} marked={shown ? index : null} />
        </svg>
      ) : null}
      {shown && point && layout.width > 0 ? (
        <Note layout={layout} index={index} figure={text(point.value)} name={nameOf(point.name)} />
      ) : null}
    </div>
  );
}

/** Returns the width of an element in px and follows changes of it; 0 until it has been measured. */
function useWidth(box: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** The bar that the pointer or the keys have chosen; at first the last one. */
function useChosenBar(count: number, { left, step }: ChartLayout) {
  const [at, setAt] = useState<number>();
  const [shown, setShown] = useState(false);
  const last = count - 1;
  const index = Math.min(at ?? last, last);
  const choose = (bar: number) => {
    setAt(Math.min(last, Math.max(0, bar)));
    setShown(true);
  };
  return {
    index,
    shown,
    hide: () => setShown(false),
    point: (event: PointerEvent<SVGSVGElement>) => {
      const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
      choose(Math.floor(x / Math.max(step, 1)));
    },
    move: (event: KeyboardEvent) => {
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
      choose(to);
    },
  };
}

/** The label with a bar's value, on the side of the bar that has room. */
function Note({ layout, index, figure, name }: { layout: ChartLayout; index: number; figure: string; name: string }) {
  const { width, step, middleOf } = layout;
  const middle = middleOf(index);
  return (
    <div
      className="pointer-events-none absolute top-0 z-10 whitespace-nowrap rounded-md bg-text px-2 py-1 text-bg text-xs shadow-pop"
      style={middle > width / 2 ? { right: width - middle + step / 2 + 6 } : { left: middle + step / 2 + 6 }}
    >
      <span className="tnum font-semibold">{figure}</span> · {name}
    </div>
  );
}
