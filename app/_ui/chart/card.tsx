"use client";
import { ChartColumn, Table2 } from "lucide-react";
import { useState } from "react";
import { shareText } from "@/lib/core/format/units";
import { Button } from "../button";
import { Card, CardHeader, CardTitle } from "../card";
import { cn } from "../cn";
import { lazyPart } from "../lazy-part";
import { Skeleton } from "../skeleton";
import { useTimeFormat } from "../time-format";
import { type ChartProps, chartSentence, hasValues, type Tone, totalOf, unknownShare } from "./model";

const Placeholder = () => <Skeleton className="h-[168px] w-full" />;
const Canvas = lazyPart(() => import("./canvas"), Placeholder);
const MarksLayer = lazyPart(() => import("./marks-layer").then((part) => part.MarksLayer));
const ChartTable = lazyPart(() => import("./table").then((part) => part.ChartTable), Placeholder);

const NO_MARKS: [] = [];
const SWATCH: Record<Tone, string> = {
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  info: "bg-info",
  accent: "bg-accent",
  faint: "bg-line-strong",
};

/** A chart with its title, its legend, which has the values below the pointer, and the same figures as a table. */
export function ChartCard(props: ChartProps) {
  const { title, kind, data, range, format, marks = NO_MARKS, spans = NO_MARKS } = props;
  const [isTable, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const { dateTime } = useTimeFormat();
  const place = !isTable && at !== null && at < data.known.length ? at : null;
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>{title}</CardTitle>
        <div className="flex min-w-0 items-center gap-2">
          <PointedTime data={data} at={place} />
          <Button
            variant="ghost"
            size="sm"
            icon
            aria-label={isTable ? `Show ${title} as chart` : `Show ${title} as table`}
            title={isTable ? "Show as chart" : "Show as table"}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? <ChartColumn /> : <Table2 />}
          </Button>
        </div>
      </CardHeader>
      <div className="px-4 pt-2 pb-3">
        <Legend {...props} at={place} />
        {isTable ? (
          <ChartTable title={title} data={data} format={format} marks={marks} spans={spans} />
        ) : (
          <div className="relative">
            <div
              role="img"
              aria-label={chartSentence({ title, kind, data, range: lower(range), format, time: dateTime })}
              className="relative"
              suppressHydrationWarning
            >
              <Canvas {...props} onPoint={setAt} />
              {hasValues(data) ? null : (
                <p className="pointer-events-none absolute inset-0 bottom-6 grid place-items-center text-[13px] text-faint">
                  {unknownShare(data) > 0.9995 ? "No data for this range" : "Nothing in this range"}
                </p>
              )}
            </div>
            {marks.length + spans.length > 0 ? (
              <MarksLayer
                marks={marks}
                spans={spans}
                start={data.start}
                end={data.start + data.known.length * data.stepMs}
              />
            ) : null}
          </div>
        )}
      </div>
    </Card>
  );
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** The time below the pointer, or how much of the range is unknown. */
function PointedTime({ data, at }: Pick<ChartProps, "data"> & { at: number | null }) {
  const { dateTime } = useTimeFormat();
  const { start, stepMs } = data;
  const unknown = shareText(unknownShare(data));
  return (
    <span className="tnum truncate text-faint text-xs" aria-hidden suppressHydrationWarning>
      {at === null ? unknown && `${unknown} unknown` : dateTime(start + at * stepMs)}
    </span>
  );
}

/** The lines by name with their values: at the pointer, or over the whole range. */
function Legend({ kind, data, format, at }: ChartProps & { at: number | null }) {
  const { lines } = data;
  const shown = (values: readonly (number | null)[]): string => {
    const value =
      at !== null
        ? (values[at] ?? null)
        : kind === "bars"
          ? totalOf(values)
          : (values.findLast((one) => one !== null) ?? null);
    return value === null ? "–" : format(value);
  };
  return (
    <div className="mb-1 flex min-h-5 flex-wrap items-center gap-x-3 text-xs" aria-hidden>
      {lines.map(({ label, tone, values }, order) => (
        <span key={label} className="inline-flex items-center gap-1.5">
          <span
            className={cn(
              "inline-block w-2.5 rounded-[2px]",
              SWATCH[tone],
              kind === "bars" ? "h-2.5" : order > 0 ? "h-0.5 opacity-60" : "h-0.5",
            )}
          />
          <span className="text-muted">{label}</span>
          <span className="tnum min-w-6 font-medium">{shown(values)}</span>
        </span>
      ))}
    </div>
  );
}
