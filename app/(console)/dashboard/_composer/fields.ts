/**
 * Shows a command's parameters as a form: derives the fields from a JSON Schema, and the values from the typed text.
 */

type Base = { name: string; label: string; hint?: string; required: boolean };
export type ParamField = Base &
  (
    | { kind: "text"; initial: string; long: boolean; maxLength?: number }
    | { kind: "number"; initial: string; whole: boolean; min?: number | bigint; max?: number | bigint }
    | { kind: "choice"; initial: string; choices: (string | number | boolean | null)[] }
    | { kind: "switch"; initial: boolean }
    /** One text per line. */
    | { kind: "texts"; initial: string }
    | { kind: "group"; fields: ParamField[] }
  );

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** A large integer is a bigint (lib/core/format/json.ts). */
const isNumber = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";
const bound = (value: unknown) => (isNumber(value) ? value : undefined);
const number = (value: unknown) => (typeof value === "number" ? value : undefined);
const LONG = 200;
/** Longer lists are hard to choose from, and every choice adds an element to the page. */
const CHOICES_MAX = 200;

/**
 * Returns the fields of an object schema, required ones first. Returns null when a part of the schema cannot be shown
 * as a field; the payload is then edited as JSON. Objects nest one level.
 */
export function fieldsOf(schema: Json, nested = false): ParamField[] | null {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  // Schemas that combine others cannot be shown as fields; the JSON editor takes over.
  if (["allOf", "anyOf", "oneOf", "not", "if"].some((key) => key in schema)) return null;
  const fields: ParamField[] = [];
  for (const [name, property] of Object.entries(properties)) {
    const field = isObject(property) && fieldOf(name, property, required.includes(name), nested);
    if (!field) return null;
    fields.push(field);
  }
  return fields.sort((a, b) => Number(b.required) - Number(a.required));
}

function fieldOf(name: string, schema: Json, required: boolean, nested: boolean): ParamField | null {
  const base: Base = {
    name,
    label: typeof schema.title === "string" ? schema.title : name,
    hint: typeof schema.description === "string" ? schema.description : undefined,
    required,
  };
  const initial = schema.default;
  const given: unknown[] | null = Array.isArray(schema.enum) ? schema.enum : null;
  // A select with this many choices is unusable: strings are typed and validated, and other types are edited as JSON.
  if (given && given.length > CHOICES_MAX && schema.type !== "string") return null;
  if (given && given.length <= CHOICES_MAX) {
    const choices = given.filter((one) => one === null || typeof one !== "object") as string[];
    if (choices.length < given.length) return null;
    return { ...base, kind: "choice", choices, initial: String(Math.max(-1, choices.indexOf(initial as string))) };
  }
  switch (schema.type) {
    case "string": {
      const maxLength = number(schema.maxLength);
      const text = typeof initial === "string" ? initial : "";
      const long = schema.format === "multiline" || (maxLength ?? 0) > LONG || text.includes("\n");
      return { ...base, kind: "text", initial: text, long, maxLength };
    }
    case "number":
    case "integer":
      return {
        ...base,
        kind: "number",
        initial: isNumber(initial) ? String(initial) : "",
        whole: schema.type === "integer",
        min: bound(schema.minimum),
        max: bound(schema.maximum),
      };
    case "boolean":
      return { ...base, kind: "switch", initial: initial === true };
    case "array":
      if (!isObject(schema.items) || schema.items.type !== "string" || "enum" in schema.items) return null;
      return { ...base, kind: "texts", initial: Array.isArray(initial) ? initial.join("\n") : "" };
    case "object": {
      const fields = nested ? null : fieldsOf(schema, true);
      return fields && fields.length > 0 ? { ...base, kind: "group", fields } : null;
    }
    default:
      return null;
  }
}

/** Field values by name. They stay text while being typed, so that a half-typed number is kept as it is. */
export type Typed = { [name: string]: string | boolean | Typed };

/** Returns the field values that show a payload, or null when the payload holds something that no field can show. */
export function typedOf(fields: readonly ParamField[], payload: Json): Typed | null {
  const typed: Typed = {};
  const known = new Set(fields.map((field) => field.name));
  if (Object.keys(payload).some((key) => !known.has(key))) return null;
  for (const field of fields) {
    const value = Object.hasOwn(payload, field.name) ? payload[field.name] : undefined;
    const shown = showing(field, value);
    if (shown === null) return null;
    typed[field.name] = shown;
  }
  return typed;
}

function showing(field: ParamField, value: unknown): Typed[string] | null {
  if (field.kind === "group")
    return value === undefined ? typedOf(field.fields, {}) : isObject(value) ? typedOf(field.fields, value) : null;
  if (value === undefined) return field.kind === "switch" ? false : field.kind === "choice" ? "-1" : "";
  switch (field.kind) {
    case "text":
      return typeof value === "string" ? value : null;
    case "number":
      // A half-typed number is kept as text.
      return isNumber(value) || typeof value === "string" ? String(value) : null;
    case "choice": {
      const at = field.choices.indexOf(value as string);
      return at < 0 ? null : String(at);
    }
    case "switch":
      return typeof value === "boolean" ? value : null;
    case "texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string") ? value.join("\n") : null;
  }
}

/** The payload a form starts with: the schema's defaults. */
export function initialOf(fields: readonly ParamField[]): Json {
  return payloadOf(fields, initialTyped(fields));
}

function initialTyped(fields: readonly ParamField[]): Typed {
  return Object.fromEntries(
    fields.map((field) => [field.name, field.kind === "group" ? initialTyped(field.fields) : field.initial]),
  );
}

/**
 * Builds the payload from the typed values. Empty fields are left out; a switch sends false only where a value is
 * required.
 */
export function payloadOf(fields: readonly ParamField[], typed: Typed): Json {
  const payload: Json = {};
  for (const field of fields) {
    const value = readValue(field, typed[field.name]);
    if (value !== undefined) payload[field.name] = value;
  }
  return payload;
}

/** Reads typed text as a number with all its digits; undefined when it is not a number JSON can hold. */
function numberOf(text: string): number | bigint | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return /^\s*-?\d+\s*$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
}

function readValue(field: ParamField, typed: Typed[string] | undefined): unknown {
  switch (field.kind) {
    case "group": {
      const inner = payloadOf(field.fields, (typed ?? {}) as Typed);
      return Object.keys(inner).length > 0 || field.required ? inner : undefined;
    }
    case "switch":
      return typed === true || field.required || field.initial ? typed === true : undefined;
    case "choice":
      return typed === undefined || typed === "-1" ? undefined : field.choices[Number(typed)];
    case "number":
      // Text that is not a number stays text, so that validation can report it.
      return String(typed ?? "").trim() === "" ? undefined : (numberOf(String(typed)) ?? typed);
    case "texts": {
      const lines = String(typed ?? "")
        .split("\n")
        .filter((line) => line.trim() !== "");
      return lines.length > 0 || field.required ? lines : undefined;
    }
    case "text":
      return typed === "" || typed === undefined ? undefined : typed;
  }
}

/**
 * Returns the paths of required fields that are empty, with dots between levels. Validation alone would name only the
 * first, and would accept "".
 */
export function emptyRequired(fields: readonly ParamField[], payload: Json, path = ""): string[] {
  return fields.flatMap((field) => {
    const value = Object.hasOwn(payload, field.name) ? payload[field.name] : undefined;
    if (field.kind === "group" && isObject(value)) return emptyRequired(field.fields, value, `${path}${field.name}.`);
    const isEmpty = value === undefined || (typeof value === "string" && value.trim() === "");
    return field.required && isEmpty ? [path + field.name] : [];
  });
}
