"use client";
import { useEffect, useState } from "react";
import { useFeature } from "@/app/_shell/features";
import { Card, Stat } from "@/app/_ui/card";
import { Sparkline } from "@/app/_ui/sparkline";
import { speedText } from "@/lib/core/format/units";
import type { MachineMetrics } from "@/lib/operations/system/contract";
import { useMachine } from "@/lib/operations/system/queries";

/** The number of readings kept: five minutes with one every 5 s. */
const HISTORY = 60;

/** Readings since the page was opened, oldest first. */
function useReadings(latest: MachineMetrics): MachineMetrics[] {
  const [readings, setReadings] = useState<MachineMetrics[]>([]);
  useEffect(
    () =>
      setReadings((known) =>
        known.at(-1)?.timestamp === latest.timestamp ? known : [...known, latest].slice(-HISTORY),
      ),
    [latest],
  );
  return readings;
}

const FULL = 90;

/** The load of the machine, live. Inside a container with limits, it is the load relative to those limits. */
export function Machine({ initial }: { initial: MachineMetrics }) {
  const { data } = useMachine(initial);
  const readings = useReadings(data);
  const charts = useFeature("charts");
  const network = readings.map((one) => one.networkIn + one.networkOut);
  return (
    <Card aria-label="Machine" className="grid grid-cols-2 divide-line max-md:divide-y md:grid-cols-4 md:divide-x">
      {(
        [
          ["Processor use", "cpuUsage", "of the CPU available to this server", "Busy. Responses may be slow"],
          ["Memory use", "memoryUsage", "of this machine or container", "Nearly full"],
          ["Disk use", "diskUsage", "of the data folder's disk", "Nearly full"],
        ] as const
      ).map(([label, name, note, warning]) => (
        <div key={name} className="relative">
          <Stat
            label={label}
            value={`${data[name].toFixed(0)}%`}
            note={data[name] > FULL ? warning : note}
            tone={data[name] > FULL ? "warn" : undefined}
          />
          {charts ? (
            <Sparkline
              values={readings.map((one) => one[name])}
              max={100}
              label={`${label} in percent since you opened this page`}
              className="pointer-events-none absolute right-3 bottom-7 h-8 w-2/5"
            />
          ) : null}
        </div>
      ))}
      <div className="relative">
        <Stat
          label="Network traffic"
          value={speedText(data.networkIn + data.networkOut)}
          note={`${speedText(data.networkIn)} in, ${speedText(data.networkOut)} out`}
        />
        {charts ? (
          <Sparkline
            values={network}
            label="Network traffic since you opened this page"
            className="pointer-events-none absolute right-3 bottom-7 h-8 w-1/4"
          />
        ) : null}
      </div>
    </Card>
  );
}
