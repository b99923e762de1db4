/** The API's form of series: one value for each bucket, made from its sample. */
import type { OneSeries } from "./contract";
import { COUNTS, LATENCIES, METRIC_PREFIX, ONLINE } from "./contract.constants";
import { percentile, type Reported, type Sample } from "./sample";

export type Answered = {
  samples: readonly Sample[];
  /** The share of each bucket for which the server ran. */
  known: readonly number[];
  /** The mean number of bots that were online, where changes of status say it. */
  online: readonly (number | null)[] | undefined;
  isOneBot: boolean;
};

type Values = (number | null)[];

/** A mean of any finite numbers, which stays finite. */
const meanOf = ({ sum, count }: Reported): number => sum / count;
const FIELDS = { min: "min", max: "max", last: "last" } as const;

function reportedSeries(samples: readonly Sample[], name: string, shown: string): OneSeries {
  const of = (read: (reported: Reported) => number): Values =>
    samples.map(({ reported }) => {
      const found = reported?.get(name);
      return found ? read(found) : null;
    });
  const [min, max, last] = Object.values(FIELDS).map((field) => of((reported) => reported[field]));
  return { name: shown, values: of(meanOf), min: min!, max: max!, last: last! };
}

/** Nothing was counted: a zero where the server ran, and nothing known where it did not. */
const countIn = ({ samples, known }: Answered, letter: string): Values =>
  samples.map(({ counts }, place) => counts.get(letter) ?? (known[place]! > 0 ? 0 : null));

function latencySeries({ samples }: Answered, name: string, letter: string): OneSeries {
  const of = (share: number): Values => samples.map((sample) => percentile(sample, letter, share));
  const counts = samples.map(({ counts }) =>
    [...counts].reduce((sum, [key, count]) => (key.length > 1 && key.startsWith(letter) ? sum + count : sum), 0),
  );
  const [p50, p95] = [of(0.5), of(0.95)];
  return { name, values: counts.map((count, place) => (p50[place] === null ? null : count)), p50, p95 };
}

/** The number of online bots that the fleet's own samples report. */
const FLEET_ONLINE = ONLINE;

/** The names that bots reported in the buckets. */
const reportedNames = (samples: readonly Sample[]): string[] =>
  [...new Set(samples.flatMap(({ reported }) => [...(reported?.keys() ?? [])]))].sort();

/** Makes the named series; `metric.*` names every number that one bot reported. */
export function seriesOf(answered: Answered, names: readonly string[]): OneSeries[] {
  const { samples, online, isOneBot } = answered;
  return names.flatMap((name): OneSeries[] => {
    if (name === ONLINE)
      return online
        ? [{ name, values: online.map((value) => value && Math.round(value * 10_000) / 10_000) }]
        : [{ name, values: reportedSeries(samples, FLEET_ONLINE, name).values }];
    if (name in COUNTS) return [{ name, values: countIn(answered, COUNTS[name as keyof typeof COUNTS]) }];
    if (name in LATENCIES) return [latencySeries(answered, name, LATENCIES[name as keyof typeof LATENCIES])];
    if (!isOneBot) return [];
    const reported = name.slice(METRIC_PREFIX.length);
    const found = reported === "*" ? reportedNames(samples) : [reported];
    return found.map((one) => reportedSeries(samples, one, METRIC_PREFIX + one));
  });
}
