/**
 * Figures that are counted for every request, command and log. prom-client sorts, checks and joins the labels of each
 * observation, which took 4 % of a command's CPU (P2 in bench/). Here each combination of labels keeps its own numbers, which
 * reach the registry's format when Prometheus asks.
 */
import { Counter, type Registry } from "prom-client";

/** One value for each pair of labels, made when the pair first occurs. */
class Table<V> {
  readonly #rows = new Map<string, Map<string, V>>();

  constructor(readonly make: () => V) {}

  at(first: string, second: string): V {
    let row = this.#rows.get(first);
    if (!row) {
      row = new Map();
      this.#rows.set(first, row);
    }
    let value = row.get(second);
    if (value === undefined) {
      value = this.make();
      row.set(second, value);
    }
    return value;
  }

  *[Symbol.iterator](): Generator<[first: string, second: string, V]> {
    for (const [first, row] of this.#rows) for (const [second, value] of row) yield [first, second, value];
  }
}

/** Counts how long something took, in buckets. */
class Durations {
  /** How many fell into each bucket, the last one without an upper bound. */
  readonly counts: number[];
  sum = 0;

  constructor(readonly bounds: readonly number[]) {
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && seconds > this.bounds[bucket]!) bucket++;
    this.counts[bucket]! += 1;
    this.sum += seconds;
  }
}

type About = { registry: Registry; name: string; help: string };
type Labels = Record<string, string>;

/** Adds a histogram to the registry. `series` lists the durations of each combination of labels. */
function addHistogram({ registry, name, help }: About, series: () => Iterable<[Labels, Durations]>): void {
  const values = ([labels, { bounds, counts, sum }]: [Labels, Durations]) => {
    let total = 0;
    const buckets = counts.map((count, place) => {
      total += count;
      return { metricName: `${name}_bucket`, labels: { le: bounds[place] ?? "+Inf", ...labels }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  };
  const get = async () => ({
    ...{ name, help, type: "histogram", aggregator: "sum" },
    values: [...series()].flatMap(values),
  });
  // The registry asks no more of a metric than its name and `get`.
  registry.registerMetric({ name, get } as never);
}

/** A counter with one or two labels. */
export function createTally(registry: Registry, name: string, help: string, [first, second]: [string, string?]) {
  const table = new Table(() => ({ count: 0 }));
  new Counter({
    ...{ name, help, registers: [registry], labelNames: second ? [first, second] : [first] },
    collect() {
      this.reset();
      for (const [one, two, { count }] of table)
        this.inc(second ? { [first]: one, [second]: two } : { [first]: one }, count);
    },
  });
  return (one: string, two = ""): void => void table.at(one, two).count++;
}

/** A histogram of durations without labels. */
export function createDurations(registry: Registry, name: string, help: string, bounds: number[]): Durations {
  const durations = new Durations(bounds);
  addHistogram({ registry, name, help }, () => [[{}, durations]]);
  return durations;
}

/** A histogram of durations by stage. */
export function createStages<S extends string>(
  registry: Registry,
  name: string,
  help: string,
  bounds: number[],
  stages: S[],
) {
  const series = stages.map((stage) => [{ stage }, new Durations(bounds)] as [Labels, Durations]);
  addHistogram({ registry, name, help }, () => series.filter(([, { counts }]) => counts.some((count) => count > 0)));
  return Object.fromEntries(series.map(([{ stage }, durations]) => [stage, durations])) as Record<S, Durations>;
}

/**
 * The figures of requests by method and route. Status and duration are separate metrics: hundreds of routes times both would
 * be megabytes per scrape.
 */
export function createRequestFigures(registry: Registry, perProcess: string) {
  const bounds = [0.002, 0.005, 0.01, 0.025, 0.1, 0.25, 1, 5];
  const table = new Table(() => ({ durations: new Durations(bounds), statuses: new Map<number, number>() }));
  new Counter({
    ...{
      name: "muster_http_requests_total",
      help: `Requests answered, by route. ${perProcess}`,
      registers: [registry],
    },
    labelNames: ["method", "route", "status"],
    collect() {
      this.reset();
      for (const [route, method, { statuses }] of table)
        for (const [status, count] of statuses) this.inc({ method, route, status }, count);
    },
  });
  addHistogram(
    {
      registry,
      name: "muster_http_request_seconds",
      help: `From a request to its answer, by route; long polls include their wait. ${perProcess}`,
    },
    () => [...table].map(([route, method, { durations }]) => [{ method, route }, durations]),
  );
  return (method: string, route: string, status: number, seconds: number): void => {
    const { durations, statuses } = table.at(route, method);
    durations.observe(seconds);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
}
