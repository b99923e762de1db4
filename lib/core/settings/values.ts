/** Values of the sections: as they are stored, as they are in effect, and what a change makes of them. */
import { isAbsolute, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { AppError, invalid } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import { BOT_SECTIONS, type ConfigChange, SECTIONS, type SectionName, type Sections } from "./contract";
import type { StoredSection } from "./store";

export type Values = Record<string, unknown>;
export type Current = { value: Values; version: number };
export type CurrentSections = Record<SectionName, Current>;

export const NAMES = Object.keys(SECTIONS) as SectionName[];

export const community = (current: CurrentSections) =>
  Object.fromEntries(BOT_SECTIONS.map((name) => [name, current[name].value])) as Pick<
    Sections,
    (typeof BOT_SECTIONS)[number]
  >;

/** Every section with defaults filled in. A stored field that this version of the server does not take is left out. */
export function effective(stored: StoredSection[]): CurrentSections {
  const rows = new Map(stored.map((row) => [row.section, row]));
  return Object.fromEntries(
    NAMES.map((name) => {
      const row = rows.get(name);
      const value: Values = { ...SECTIONS[name].defaults };
      const shape = SECTIONS[name].shape as z.ZodRawShape;
      for (const [field, was] of Object.entries(row?.value ?? {}))
        if (Object.hasOwn(shape, field) && z.safeParse(shape[field]!, was).success) value[field] = was;
      return [name, { value, version: row?.version ?? 0 }];
    }),
  ) as CurrentSections;
}

/** @throws AppError INVALID_INPUT when a value taken from the history is not valid any more */
export function valid(name: SectionName, value: Values): Values {
  const parsed = SECTIONS[name].values.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw invalid(path.map(String).join("."), message);
}

export function diff(before: Values, after: Values): ConfigChange["changes"] {
  const fields = Object.keys(after).filter((field) => !isDeepStrictEqual(before[field], after[field]));
  return Object.fromEntries(fields.map((field) => [field, { old: before[field], new: after[field] }]));
}

export function beyondDefaults(name: SectionName, value: Values): Values {
  const defaults = SECTIONS[name].defaults as Values;
  return Object.fromEntries(Object.entries(value).filter(([field, one]) => !isDeepStrictEqual(one, defaults[field])));
}

/** `config` is what versions up to 1.x called `stored`. */
export function stale(name: SectionName, { value, version }: Current, edited: number, fields: Values): AppError {
  const error = staleUpdate(`The section ${name}`, { version, value }, edited, { ...value, ...fields });
  return new AppError("CONFLICT", error.message, { ...error.details, config: value });
}

/** Both sections' versions only grow, so their sum changes whenever one of them does. */
export const serverVersion = ({ transfers, features }: CurrentSections) => transfers.version + features.version;

/** Document 002's fields. */
export function serverFields(downloadRoot: string, current: CurrentSections) {
  const transfers = current.transfers.value as Sections["transfers"];
  // The document has no word for the switches that Muster added.
  const { phase1, phase2, phase3, social: _, ...features } = current.features.value as Sections["features"];
  const downloadDir = resolve(downloadRoot, transfers.downloadDir);
  return { ...transfers, downloadDir, enabledPhases: { phase1, phase2, phase3 }, features };
}

/** Fields to store: an absolute folder becomes one within the root. @throws AppError INVALID_INPUT */
export function placed(downloadRoot: string, name: SectionName, fields: Values): Values {
  if (name !== "transfers" || typeof fields.downloadDir !== "string") return fields;
  const within = relative(downloadRoot, resolve(downloadRoot, fields.downloadDir));
  if (within.startsWith("..") || isAbsolute(within))
    throw invalid("downloadDir", `must be within ${downloadRoot} (the environment's DOWNLOAD_DIR)`);
  return { ...fields, downloadDir: within };
}
