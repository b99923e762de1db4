/** The metrics of /metrics as OpenTelemetry's SDK takes them from others: the same names, labels and numbers. */
import { type HrTime, ValueType } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import { VERSION } from "@/lib/core/startup/version";
import type { Reading } from "@/lib/edge/metrics";

type Times = { startTime: HrTime; endTime: HrTime };
type Labels = Record<string, string | number>;
type Buckets = { labels: Labels; bounds: number[]; totals: number[]; sum: number; count: number };

/** Collects the buckets, sum and count of each combination of labels, which Prometheus lists as single values. */
function bucketsOf({ name, values }: Reading): Buckets[] {
  const found = new Map<string, Buckets>();
  for (const { labels, metricName, value } of values) {
    const { le, ...own } = labels as Labels;
    const key = JSON.stringify(Object.entries(own).sort());
    let series = found.get(key);
    if (!series) {
      series = { labels: own, bounds: [], totals: [], sum: 0, count: 0 };
      found.set(key, series);
    }
    if (metricName === `${name}_sum`) series.sum = value;
    else if (metricName === `${name}_count`) series.count = value;
    else if (le !== undefined && le !== "+Inf") {
      series.bounds.push(Number(le));
      series.totals.push(value);
    }
  }
  return [...found.values()];
}

/** Converts totals up to each bound, as Prometheus has them, into the count of each bucket. */
function histogramPoint({ labels, bounds, totals, sum, count }: Buckets, times: Times): DataPoint<Histogram> {
  const counts = [...totals, count].map((total, place) => total - (totals[place - 1] ?? 0));
  return { ...times, attributes: labels, value: { buckets: { boundaries: bounds, counts }, sum, count } };
}

function dataOf(reading: Reading, times: Times): MetricData {
  const { name, help, type, values } = reading;
  const common = {
    descriptor: { name, description: help, unit: "", valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === "histogram") {
    const dataPoints = bucketsOf(reading).map((series) => histogramPoint(series, times));
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = values.map(({ labels, value }) => ({ ...times, attributes: labels as Labels, value }));
  return type === "counter"
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** @param read reads all metrics as Prometheus would get them */
export function createProducer(read: () => Promise<Reading[]>): MetricProducer {
  const startTime = millisToHrTime(Math.round(performance.timeOrigin));
  return {
    async collect() {
      const times = { startTime, endTime: millisToHrTime(Date.now()) };
      const metrics = (await read()).filter(({ values }) => values.length > 0).map((reading) => dataOf(reading, times));
      const scopeMetrics = [{ scope: { name: "muster", version: VERSION }, metrics }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}
