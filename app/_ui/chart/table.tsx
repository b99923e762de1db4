"use client";
import { Table, TBody, Td, THead, Th, Tr } from "../table";
import { useTimeFormat } from "../time-format";
import { type Mark, type MarkSpan, marksIn } from "./marks";
import type { ChartProps } from "./model";

/** More rows than this would make the page slow, and nobody reads them. */
const ROWS_MAX = 200;

type TableProps = Pick<ChartProps, "title" | "data" | "format"> & {
  marks: readonly Mark[];
  spans: readonly MarkSpan[];
};

/** The figures of a chart as a table, the newest first, with what changed meanwhile. */
export function ChartTable({ title, data, format, marks, spans }: TableProps) {
  const { dateTime } = useTimeFormat();
  const { lines, start, stepMs, known } = data;
  const hasMarks = marks.length + spans.length > 0;
  const places = known.map((_, at) => at).reverse();
  return (
    <>
      <Table label={`${title} as table`} areaClassName="max-h-80">
        <THead>
          <tr>
            <Th>From</Th>
            {lines.map(({ label }) => (
              <Th key={label} className="text-right">
                {label}
              </Th>
            ))}
            {hasMarks ? <Th>What changed</Th> : null}
          </tr>
        </THead>
        <TBody>
          {places.slice(0, ROWS_MAX).map((at) => (
            <Tr key={at}>
              <Td>
                <span className="tnum">{dateTime(start + at * stepMs)}</span>
              </Td>
              {lines.map(({ label, values }) => (
                <Td key={label} className="tnum text-right">
                  {(values[at] ?? null) === null ? (
                    <span className="text-faint">{known[at] === 0 ? "no data" : "–"}</span>
                  ) : (
                    format(values[at] ?? 0)
                  )}
                </Td>
              ))}
              {hasMarks ? (
                <Td className="min-w-40 whitespace-normal text-muted">
                  {marksIn({ marks, spans }, start + at * stepMs, start + (at + 1) * stepMs).join("; ")}
                </Td>
              ) : null}
            </Tr>
          ))}
        </TBody>
      </Table>
      {places.length > ROWS_MAX ? (
        <p className="pt-2 text-[13px] text-faint">
          The newest {ROWS_MAX} of {places.length.toLocaleString("en")} rows. Choose a shorter range to see the others.
        </p>
      ) : null}
    </>
  );
}
