/** The files of the measurements. Add that of a new one here. */
const FILES = [
  "commands",
  "requests",
  "fleet",
  "fan-out",
  "growth",
  "searches",
  "scans",
  "index-cost",
  "export",
  "page",
  "first-load",
  "start",
  "browsing",
  "restart",
  "rest",
  "retention",
];

/**
 * @typedef {{ id: string, title: string, build?: (tools: object) => Promise<void>, run: (tools: object) => Promise<void> }}
 *   Measurement
 */

/**
 * Loads every measurement, in the order of their ids. A module exports `measurement`, or `measurements` when several share a setup.
 *
 * @returns {Promise<(Measurement & { file: string })[]>}
 */
export async function loadMeasurements() {
  const loaded = [];
  for (const file of FILES) {
    const module = await import(`./${file}.mjs`);
    for (const measurement of module.measurements ?? [module.measurement]) loaded.push({ ...measurement, file });
  }
  const numberOf = ({ id }) => Number(id.slice(1));
  return loaded.sort((a, b) => numberOf(a) - numberOf(b));
}

/** Keeps the measurements that `only` names, by id or by file. @throws Error for a name that is neither */
export function selectMeasurements(measurements, only) {
  if (!only) return measurements;
  const names = ({ id, file }) => [id.toLowerCase(), file];
  const unknown = only.find((name) => !measurements.some((it) => names(it).includes(name.toLowerCase())));
  if (unknown) throw new Error(`There is no measurement "${unknown}". Run with --list to see all of them.`);
  return measurements.filter((it) => only.some((name) => names(it).includes(name.toLowerCase())));
}
