"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import type { Analytics, SeriesRow } from "@/lib/community/analytics/contract";
import { createTimeFormat } from "@/lib/core/format/times";
import { durationText } from "@/lib/core/format/units";
import { BarChart } from "./bar-chart";

const METRICS = [
  ["users", "Active people"],
  ["sessions", "Sessions"],
  ["avg_session_duration", "Average session"],
  ["actions", "Actions"],
  ["page_views", "Page views"],
] as const;
type Metric = (typeof METRICS)[number][0];

const textOf = (metric: Metric) =>
  metric === "avg_session_duration" ? durationText : (value: number) => value.toLocaleString("en");
/** Days are counted in UTC, whatever the reader's zone. */
const UTC = createTimeFormat({ time_zone: "UTC", clock: null });
/** "10 Mar 2026" */
const dayText = (day: string) => UTC.date(`${day}T00:00:00Z`);

/** One figure over time: as bars, or as a table of all of them. */
export function Trend({ series, bucket }: { series: readonly SeriesRow[]; bucket: Analytics["bucket"] }) {
  const [metric, setMetric] = useState<Metric>("users");
  const [table, setTable] = useState(false);
  const label = METRICS.find(([name]) => name === metric)![1];
  const per = bucket === "week" ? "week from" : "day";
  return (
    <Card>
      <CardHeader>
        <CardTitle>{bucket === "week" ? "By week" : "By day"}</CardTitle>
        <div className="flex flex-wrap gap-1">
          {METRICS.map(([name, title]) => (
            <Button
              key={name}
              size="sm"
              variant={name === metric && !table ? "default" : "ghost"}
              aria-pressed={name === metric && !table}
              onClick={() => {
                setMetric(name);
                setTable(false);
              }}
            >
              {title}
            </Button>
          ))}
          <Button size="sm" variant={table ? "default" : "ghost"} aria-pressed={table} onClick={() => setTable(!table)}>
            Table
          </Button>
        </div>
      </CardHeader>
      {table ? (
        <Table label={`Figures by ${bucket}`} areaClassName="max-h-72">
          <THead>
            <tr>
              <Th>{bucket === "week" ? "Week from" : "Day"}</Th>
              {METRICS.map(([name, title]) => (
                <Th key={name} className="text-right">
                  {title}
                </Th>
              ))}
            </tr>
          </THead>
          <TBody>
            {series.toReversed().map((row) => (
              <Tr key={row.day}>
                <Td>{dayText(row.day)}</Td>
                {METRICS.map(([name]) => (
                  <Td key={name} className="tnum text-right">
                    {textOf(name)(row[name])}
                  </Td>
                ))}
              </Tr>
            ))}
          </TBody>
        </Table>
      ) : (
        <div className="p-4">
          <BarChart
            label={`${label} per ${bucket}`}
            points={series.map((row) => ({ name: dayText(row.day), value: row[metric] }))}
            text={textOf(metric)}
            nameOf={(name) => (bucket === "week" ? `${per} ${name}` : name)}
            duration={metric === "avg_session_duration"}
          />
        </div>
      )}
    </Card>
  );
}
