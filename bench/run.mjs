/**
 * Measures Muster beside its peers. See bench/README.md for what is measured, why this way, and what it needs.
 *
 *   npm run bench                                  every measurement; prints a table and keeps the result in bench/results
 *   npm run bench -- --only P3,P5 [--quick]        some of them; --quick takes 3 short rounds
 *   npm run bench -- --build [--only P8] [--sizes 10k,1M,10M]    builds the data of those that need many rows
 *   npm run bench -- --list                        the measurements
 *   npm run bench -- --table [result…]             the table of results; later ones replace measurements of earlier ones
 *   npm run bench -- --compare [before [after]]    what changed between two results; exits with 1 when a figure got worse
 *   npm run bench -- --trend P2                    how the figures of a measurement changed over all results
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { cleanUpAtExit, stopAll } from "./harness/cleanup.mjs";
import { compareResults, renderComparison } from "./harness/compare.mjs";
import { parseSizes } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { createFigures } from "./harness/figures.mjs";
import { describeSelf, findResult, keptResults, loadNow, mergeResults, saveResult } from "./harness/results.mjs";
import { describeRun, figuresTable } from "./harness/table.mjs";
import { renderTrend, trendOf } from "./harness/trend.mjs";
import { loadMeasurements, selectMeasurements } from "./registry.mjs";

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      sizes: { type: "string", default: process.env.BENCH_SIZES },
      trend: { type: "string" },
      ...Object.fromEntries(["build", "list", "table", "compare"].map((name) => [name, { type: "boolean" }])),
    },
  });
  const size = values.quick ? { rounds: 3, cpuUs: 300_000 } : { rounds: 7, cpuUs: 1_000_000 };
  return { ...values, size, names: positionals, only: values.only?.split(","), sizes: parseSizes(values.sizes) };
}

/** The tools of a measurement: where its figures go, and how much to measure. bench/README.md describes them. */
const toolsOf = ({ id }, collected, { size, quick, sizes }) => ({
  figure: (figure) => collected.figure(id, figure),
  notRun: ({ what, of, why }) => collected.missing(id, { what, of, notRun: why }),
  ...{ size, quick, sizes },
});

/** Runs every measurement. One that fails, or misses something, is reported in the table; the others still run. */
async function measureAll(measurements, options) {
  const result = describeSelf({ quick: options.quick, ...options.size, only: options.only });
  const load = [loadNow()];
  const collected = createFigures();
  for (const measurement of measurements) {
    const { id, title, run, file } = measurement;
    const from = collected.figures.length;
    console.error(`${id}: ${title} …`);
    try {
      await run(toolsOf(measurement, collected, options));
    } catch (error) {
      const isMissing = error instanceof UnavailableError;
      if (!isMissing) console.error(error);
      collected.missing(id, { what: title, ...(isMissing ? { notRun: error.message } : { failed: error.message }) });
    } finally {
      await stopAll();
    }
    for (const figure of collected.figures.slice(from)) figure.file = file;
  }
  return { ...result, load: [...load, loadNow()], figures: collected.figures };
}

async function buildAll(measurements, options) {
  for (const measurement of measurements) {
    if (!measurement.build) continue;
    console.error(`${measurement.id}: building the data of "${measurement.title}" …`);
    try {
      await measurement.build(toolsOf(measurement, createFigures(), options));
    } finally {
      await stopAll();
    }
  }
}

function printTable(names) {
  const results = names.length > 0 ? names.map((name) => findResult(name)) : keptResults().slice(-1);
  if (results.length === 0) throw new Error("There is no result in bench/results yet");
  console.log(`${figuresTable(mergeResults(results))}\n`);
  for (const result of results) console.log(describeRun(result));
}

/** Compares two results; the newest two by default. Returns the exit code. */
function compare([first, second]) {
  const kept = keptResults();
  if (kept.length < 2 && !second) throw new Error("bench/results has fewer than two results to compare");
  const after = second ? findResult(second, kept) : kept.at(-1);
  const before = first ? findResult(first, kept) : kept.at(-2);
  console.log(`before: ${describeRun(before)}\nafter:  ${describeRun(after)}\n`);
  const comparison = compareResults(before, after);
  console.log(renderComparison(comparison));
  return comparison.rows.some(({ verdict }) => verdict === "worse") ? 1 : 0;
}

function printTrend(id) {
  const series = trendOf(keptResults(), id);
  console.log(series.size > 0 ? renderTrend(series) : `No result in bench/results has figures of ${id}`);
}

async function main() {
  const options = readOptions();
  if (options.table) return printTable(options.names);
  if (options.trend) return printTrend(options.trend.toUpperCase());
  if (options.compare) return compare(options.names);
  const measurements = selectMeasurements(await loadMeasurements(), options.only);
  if (options.list) {
    for (const { id, title, file, build } of measurements)
      console.log(`${id.padEnd(4)} ${title} (bench/${file}.mjs${build ? ", needs --build" : ""})`);
    return 0;
  }
  if (!existsSync("/proc/self/stat")) throw new Error("The benchmark needs Linux: it reads CPU times from /proc");
  cleanUpAtExit();
  if (options.build) return buildAll(measurements, options);
  const result = await measureAll(measurements, options);
  console.log(`${figuresTable(result.figures)}\n\n${describeRun(result)}`);
  console.error(`Kept in ${saveResult(result)}`);
  return result.figures.some(({ failed }) => failed) ? 1 : 0;
}

main().then(
  (code) => process.exit(code ?? 0),
  (error) => {
    console.error(`bench: ${error.message}`);
    process.exit(64);
  },
);
