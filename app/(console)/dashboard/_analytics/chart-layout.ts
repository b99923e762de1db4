import { niceTop } from "./scale";

export type Point = { name: string; value: number };

export const HEIGHT = 208;
const BOTTOM = 20;
const TOP = 8;
const PLOT = HEIGHT - TOP - BOTTOM;
const CHARACTER_PX = 7;
/** The width that the label of a bar needs. */
const NAME_PX = 96;

export type ChartLayout = ReturnType<typeof layoutOf>;

/** Computes the positions of axis marks and bars, in px. `text` returns a value as people read it. */
export function layoutOf(
  points: readonly Point[],
  width: number,
  text: (value: number) => string,
  isDuration: boolean,
) {
  const ticks = niceTop(Math.max(...points.map(({ value }) => value), 0), isDuration);
  const top = ticks.at(-1)!;
  const left = Math.max(...ticks.map((tick) => text(tick).length)) * CHARACTER_PX + 8;
  const step = points.length > 0 ? Math.max(0, width - left) / points.length : 0;
  const names = Math.max(1, Math.min(points.length, Math.floor((width - left) / NAME_PX)));
  return {
    width,
    ticks,
    left,
    /** The width of a bar with its gap. */
    step,
    /** Only every n-th bar has a label below it, so that labels do not overlap. */
    nameEvery: Math.ceil(points.length / names),
    y: (value: number) => TOP + PLOT * (1 - value / top),
    middleOf: (bar: number) => left + step * (bar + 0.5),
  };
}
