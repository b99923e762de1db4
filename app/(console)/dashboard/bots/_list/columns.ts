/** The columns of the list of bots: how wide each is, and which of the chosen ones a window has room for. */
import type { BotSort } from "@/lib/fleet/bots/contract.constants";
import { FAILURES_TITLE } from "../../_shared/failures";

/** Widths of a window that a layout is made for, as the style sheet names them; `wide` is from 1800 px. */
const BREAKPOINTS = ["md", "lg", "xl", "2xl", "wide"] as const;
export type Breakpoint = (typeof BREAKPOINTS)[number];

/** In the order of the table; together they fit into a wide window. `title` is a tooltip, for a label that does not say what it counts. */
export const COLUMNS = [
  { id: "platform", label: "Platform" },
  { id: "version", label: "Version" },
  { id: "host", label: "Host" },
  { id: "last_active", label: "Last seen", sort: "last_active" },
  { id: "created_at", label: "Created", sort: "created_at" },
  {
    id: "uptime",
    label: "Uptime, 24 h",
    title: "When the bot was up (any status but offline) in the last 24 hours",
  },
  { id: "pending", label: "Pending", title: "Commands that are not finished yet", sort: "pending", isFigure: true },
  { id: "failures", label: "Failures", title: FAILURES_TITLE, sort: "failures", isFigure: true },
  {
    id: "errors",
    label: "Error logs",
    title: "Log lines of level error, of those still stored",
    sort: "errors",
    isFigure: true,
  },
] as const satisfies readonly { id: string; label: string; title?: string; sort?: BotSort; isFigure?: true }[];
export type ColumnId = (typeof COLUMNS)[number]["id"];

export const DEFAULT_COLUMNS: readonly ColumnId[] = [
  ...(["platform", "last_active", "uptime", "pending", "failures", "errors"] as const),
];

/** The width of a column in rem at each breakpoint, most important column first: it is the last to go. */
const WIDTHS: readonly [ColumnId, Record<Breakpoint, number>][] = [
  ["last_active", { md: 7, lg: 6, xl: 6, "2xl": 7, wide: 7 }],
  ["pending", { md: 4.5, lg: 4, xl: 4, "2xl": 5, wide: 5 }],
  ["failures", { md: 4, lg: 4, xl: 4, "2xl": 5, wide: 5 }],
  ["errors", { md: 4, lg: 4, xl: 4, "2xl": 5, wide: 5 }],
  ["platform", { md: 6, lg: 6, xl: 6, "2xl": 7, wide: 7 }],
  ["uptime", { md: 9, lg: 9, xl: 9, "2xl": 9, wide: 9 }],
  ["version", { md: 5, lg: 5, xl: 5, "2xl": 6, wide: 6 }],
  ["host", { md: 7, lg: 7, xl: 7, "2xl": 8, wide: 8 }],
  ["created_at", { md: 6, lg: 6, xl: 6, "2xl": 7, wide: 7 }],
];
/** The rem that all chosen columns may take, so that the name keeps enough. */
const ROOM: Record<Breakpoint, number> = { md: 19.5, lg: 24, xl: 33, "2xl": 46, wide: 64 };
/** The status, the name, and the menu at the end. */
const STATUS = "7rem";
const NAME = "minmax(0,1fr)";
const MENU = "2rem";

export type Layout = {
  /** The chosen columns that are shown in some window, in the order of the table, with the narrowest one. */
  columns: { id: ColumnId; from: Breakpoint }[];
  /** `grid-template-columns` of each breakpoint. */
  templates: Record<Breakpoint, string>;
};

/** Finds out which of the chosen columns are shown in a window of each width. */
export function layoutOf(chosen: readonly ColumnId[]): Layout {
  const used: Record<Breakpoint, number> = { md: 0, lg: 0, xl: 0, "2xl": 0, wide: 0 };
  const from = new Map<ColumnId, Breakpoint>();
  for (const [id, widths] of WIDTHS) {
    if (!chosen.includes(id)) continue;
    const first = BREAKPOINTS.findIndex((_, at) =>
      BREAKPOINTS.slice(at).every((point) => used[point] + widths[point] <= ROOM[point]),
    );
    from.set(id, BREAKPOINTS[first]!);
    for (const point of BREAKPOINTS.slice(first)) used[point] += widths[point];
  }
  const columns = COLUMNS.flatMap(({ id }) => {
    const point = from.get(id);
    return point ? [{ id, from: point }] : [];
  });
  const widths = new Map(WIDTHS);
  const templateAt = (point: Breakpoint) => {
    const shown = columns.filter((column) => BREAKPOINTS.indexOf(column.from) <= BREAKPOINTS.indexOf(point));
    const tracks = shown.map(({ id }) => {
      const rem = `${widths.get(id)![point]}rem`;
      // A wide window gives its room to the uptime bar, so that the figures stay near the name.
      return id === "uptime" && (point === "2xl" || point === "wide") ? `minmax(${rem},1fr)` : rem;
    });
    return [STATUS, NAME, ...tracks, MENU].join(" ");
  };
  return {
    columns,
    templates: Object.fromEntries(BREAKPOINTS.map((point) => [point, templateAt(point)])) as Layout["templates"],
  };
}

/** The class that shows a cell from a breakpoint on. */
export const FROM: Record<Breakpoint, string> = {
  ...{ md: "", lg: "hidden lg:block", xl: "hidden xl:block", "2xl": "hidden 2xl:block" },
  wide: "hidden min-[1800px]:block",
};
