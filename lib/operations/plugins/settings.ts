/**
 * Settings of a plugin: the schema's defaults, overridden by stored values. Secret settings (`writeOnly` in the
 * schema's first level) are sealed in the database and never shown.
 */

import { invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { seal, unseal } from "@/lib/core/secrets";
import { paramsCheck } from "@/lib/fleet/manifests";

type Json = Record<string, unknown>;
type Schema = Json;

const properties = (schema: Schema): [string, Json][] =>
  Object.entries((schema.properties ?? {}) as Record<string, Json>);
const secretNames = (schema: Schema) => properties(schema).flatMap(([name, one]) => (one?.writeOnly ? [name] : []));

/**
 * Returns the settings that the plugin gets. A secret that can no longer be unsealed (another SECRET_KEY) counts as not
 * set.
 */
export function effective(schema: Schema, stored: Json): Json {
  const values = withDefaults(schema, stored);
  for (const name of secretNames(schema)) {
    const opened = open(stored[name]);
    if (opened === undefined) delete values[name];
    else values[name] = opened;
  }
  return values;
}

/** Returns the settings without the secret ones, and which secrets have a value. */
export function shown(schema: Schema, stored: Json): { settings: Json; secrets: Record<string, boolean> } {
  const settings = withDefaults(schema, stored);
  const names = secretNames(schema);
  for (const name of names) delete settings[name];
  return { settings, secrets: Object.fromEntries(names.map((name) => [name, open(stored[name]) !== undefined])) };
}

/**
 * Merges the settings to store when `given` replaces `stored`. Secrets that are left out are kept, and null removes
 * one. Fields that only an earlier version of the plugin knew are dropped. @throws INVALID_INPUT naming the field that
 * breaks the schema, or that it does not have: `settings.webhook_url`
 */
export function replaced(schema: Schema, stored: Json, given: Json): Json {
  const next: Json = { ...given };
  if (!schema.additionalProperties && !schema.patternProperties)
    for (const name of Object.keys(given)) {
      if (Object.hasOwn(schema.properties ?? {}, name)) continue;
      // Refuse unknown names: a secret under a misspelled name would be stored unsealed, and shown.
      if (!Object.hasOwn(stored, name)) throw invalid(`settings.${name}`, "is no setting of this plugin");
      delete next[name];
    }
  for (const name of secretNames(schema)) {
    if (given[name] === null) delete next[name];
    else if (given[name] !== undefined) next[name] = { sealed: seal(JSON.stringify(given[name])) };
    else if (stored[name] !== undefined) next[name] = stored[name];
  }
  checkSettings(schema, next);
  return next;
}

/** Returns a change for the audit log: it shows which secrets were set or replaced, and none of them. */
export function recorded(schema: Schema, stored: Json, next: Json): { before: Json; after: Json } {
  const [before, after] = [{ ...stored }, { ...next }];
  for (const name of secretNames(schema)) {
    const isSame = stored[name] === next[name];
    if (name in before) before[name] = isSame ? "kept" : "a secret";
    if (name in after) after[name] = isSame ? "kept" : "another secret";
  }
  return { before, after };
}

/** @throws INVALID_INPUT naming the field that breaks the schema, or the required field that is missing */
export function checkSettings(schema: Schema, stored: Json): void {
  const problem = paramsCheck(schema)(effective(schema, stored));
  if (problem) throw invalid(problem.field ? `settings.${problem.field}` : "settings", problem.message);
}

function withDefaults(schema: Schema, stored: Json): Json {
  const defaults = properties(schema).flatMap(([name, one]) =>
    one?.default === undefined ? [] : [[name, one.default]],
  );
  return { ...Object.fromEntries(defaults), ...stored };
}

function open(value: unknown): unknown {
  const sealed = (value as { sealed?: unknown } | undefined)?.sealed;
  if (typeof sealed !== "string") return undefined;
  try {
    return readJson(unseal(sealed));
  } catch {
    return undefined;
  }
}
