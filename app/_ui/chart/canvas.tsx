"use client";
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { TimeFormat } from "@/lib/core/format/times";
import { useTimeFormat } from "../time-format";
import { CHART_HEIGHT, type ChartProps, stackedValues, type Tone } from "./model";

const DAY_S = 86_400;
const COLOURS: Record<Tone, string> = {
  ok: "--ok",
  warn: "--warn",
  bad: "--bad",
  info: "--info",
  accent: "--accent",
  faint: "--line-strong",
};
/** Whole steps of an axis of counts: 1, 2, 5, 10, … */
const WHOLE_STEPS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((of) => of * 10 ** power)).flat();

type CanvasProps = Pick<ChartProps, "data" | "kind" | "format" | "top" | "isWhole" | "onZoom"> & {
  /** Receives the bucket below the pointer, on this chart or on another of the page; null when there is none. */
  onPoint: (at: number | null) => void;
};

/** The aligned columns as uPlot takes them: times in seconds, then one column for each series. */
function columnsOf({ data, kind }: Pick<CanvasProps, "data" | "kind">): uPlot.AlignedData {
  const { lines, start, stepMs, known } = data;
  const times = known.map((_, at) => (start + (at + 0.5) * stepMs) / 1000);
  // Draw the highest stack first and the lower ones over it.
  const columns = kind === "bars" ? stackedValues(lines).reverse() : lines.map(({ values }) => [...values]);
  return [times, ...columns];
}

function seriesOf(
  { data, kind }: Pick<CanvasProps, "data" | "kind">,
  colour: (name: string) => string,
): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.86, 48], align: 0 });
  return (kind === "bars" ? [...data.lines].reverse() : data.lines).map(({ tone }, at): uPlot.Series => {
    const stroke = () => colour(COLOURS[tone]);
    if (kind === "bars") return { paths: bars, fill: stroke, width: 0, points: { show: false } };
    return {
      stroke,
      width: 1.5,
      // The lines of a chart differ in more than their colour.
      ...(at > 0 && { dash: [5, 3] }),
      ...(at === 0 && data.lines.length === 1 && { fill: () => `${colour(COLOURS[tone])}22` }),
      points: { show: (chart, series) => isLonely(chart.data[series] ?? []), size: 4, fill: stroke },
    };
  });
}

/** Whether a line has values without neighbours, which only points show. */
function isLonely(values: uPlot.AlignedData[number]): boolean {
  return Array.from(values).some(
    (value, at) => value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null,
  );
}

/** Shades the stretches about which nothing is known. */
function shadeUnknown(chart: uPlot, { start, stepMs, known }: ChartProps["data"], colour: string): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = colour;
  const place = (at: number) => chart.valToPos((start + at * stepMs) / 1000, "x", true);
  for (let at = 0; at < known.length; at++) {
    const first = at;
    while (at < known.length && known[at] === 0) at++;
    // One rectangle for neighbours, because the edges of several would show.
    if (at > first) ctx.fillRect(place(first), bbox.top, place(at) - place(first), bbox.height);
  }
  ctx.restore();
}

type Now = () => { props: CanvasProps; time: TimeFormat };

/** The options of a chart. Functions among them read what the chart shows now, because options cannot be changed later. */
function optionsOf(now: Now, colour: (name: string) => string, width: number): uPlot.Options {
  const axis = { stroke: () => colour("--faint"), ticks: { show: false }, font: "11px Inter Variable, sans-serif" };
  return {
    width,
    height: CHART_HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), now().time.zone()),
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 5 },
      points: { show: now().props.kind === "lines", size: 6 },
      // The charts of a page point at the same time; a drag belongs to one of them.
      sync: { key: "charts", filters: { pub: (type) => type !== "mousedown" && type !== "mouseup" } },
    },
    scales: {
      x: {
        range: () => {
          const { start, stepMs, known } = now().props.data;
          return [start / 1000, (start + known.length * stepMs) / 1000];
        },
      },
      y: { range: (_, __, highest) => [0, now().props.top ?? Math.max((highest ?? 0) * 1.08, 1)] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 64,
        grid: { show: false },
        values: (_, splits, __, ___, step) =>
          splits.map((at) => (step >= DAY_S ? now().time.day(at * 1000) : now().time.clock(at * 1000))),
      },
      {
        ...axis,
        size: 52,
        space: 32,
        grid: { stroke: () => colour("--line"), width: 1 },
        ...(now().props.isWhole && { incrs: WHOLE_STEPS }),
        values: (_, splits) => splits.map((value) => now().props.format(value)),
      },
    ],
    series: [{}, ...seriesOf(now().props, colour)],
    hooks: {
      drawClear: [(drawn) => shadeUnknown(drawn, now().props.data, colour("--raised"))],
      setCursor: [({ cursor }) => now().props.onPoint(cursor.idx ?? null)],
      setSelect: [
        (drawn) => {
          const { left, width } = drawn.select;
          if (width <= 0) return;
          const [from, to] = [drawn.posToVal(left, "x"), drawn.posToVal(left + width, "x")];
          drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          now().props.onZoom?.(from * 1000, to * 1000);
        },
      ],
    },
  };
}

/** The chart itself, drawn by uPlot. In a file of its own, so that pages load the library after everything else. */
export default function ChartCanvas(props: CanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const time = useTimeFormat();
  const latest = useRef({ props, time });
  useEffect(() => {
    latest.current = { props, time };
  });
  const { data, kind } = props;
  const shape = `${kind} ${data.lines.map(({ label, tone }) => `${label}:${tone}`).join()} ${time.zone()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for what a chart cannot change later
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const now = () => latest.current;
    const made = new uPlot(optionsOf(now, colour, Math.max(element.clientWidth, 1)), columnsOf(now().props), element);
    chart.current = made;
    const sizes = new ResizeObserver(() =>
      made.setSize({ width: Math.max(element.clientWidth, 1), height: CHART_HEIGHT }),
    );
    sizes.observe(element);
    // Canvases do not follow style sheets: draw again when the theme changes.
    const theme = new MutationObserver(() => made.redraw());
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    return () => {
      sizes.disconnect();
      theme.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [shape]);
  useEffect(() => chart.current?.setData(columnsOf({ data, kind })), [data, kind]);
  return (
    <div
      ref={box}
      className="min-w-0 overflow-hidden [&_.u-cursor-x]:border-line-strong! [&_.u-over]:cursor-crosshair [&_.u-select]:bg-accent/20!"
      style={{ height: CHART_HEIGHT }}
    />
  );
}
