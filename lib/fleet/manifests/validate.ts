/**
 * Checks a value against a schema that params.ts has read. Both come from untrusted programs, so the check stops at the
 * first problem, writes one short message, and counts its steps: a schema and a payload that are each harmless can take
 * hours together. Browser-safe.
 */
import { cutText } from "@/lib/core/format/text";
import { isFormat } from "./formats";

type Json = Record<string, unknown>;
/** A schema as `readSchema` returns it: known keywords with values of the right kind, and no references. */
export type Checked = boolean | ({ enum?: Choices } & { [keyword: string]: unknown });
/** The choices of an `enum`: simple values are looked up in a set, objects and lists are compared one by one. */
export type Choices = { simple: ReadonlySet<unknown>; nested: readonly unknown[]; shown: string };
export type Problem = { path: readonly string[]; message: string };

/** The number of steps that checks may still take. One step compares a schema with a value, or reads 16 characters. */
export type Work = { left: number };

export class WorkLimitError extends Error {}

const CHARACTERS_A_STEP = 16;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Subtracts the cost of some steps. @throws WorkLimitError once no steps are left */
function spend(work: Work, steps: number): void {
  work.left -= steps;
  if (work.left < 0) throw new WorkLimitError("the check takes too many steps");
}

/**
 * Finds the first problem of a value.
 *
 * @throws WorkLimitError when `work` has no steps left
 */
export function firstProblem(schema: Checked, value: unknown, work: Work): Problem | undefined {
  return problemAt(schema, value, [], work);
}

type At = (schema: unknown, value: unknown, path: readonly string[]) => Problem | undefined;

function problemAt(schema: Checked, value: unknown, path: readonly string[], work: Work): Problem | undefined {
  spend(work, 1);
  if (schema === true) return undefined;
  if (schema === false) return { path, message: "is not a parameter of this command" };
  const at: At = (inner, of, where) => problemAt(inner as Checked, of, where, work);
  const message = ofAnyKind(schema, value, work) ?? ofKind(schema, value, work);
  if (message !== undefined) return { path, message };
  return (
    (isObject(value) ? ofProperties(schema, value, path, at, work) : undefined) ??
    (Array.isArray(value) ? ofItems(schema, value, path, at, work) : undefined) ??
    ofAlternatives(schema, value, path, at) ??
    ofUnevaluated(schema, value, path, at)
  );
}

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "bigint" ? "number" : typeof value;

function ofAnyKind(schema: Json, value: unknown, work: Work): string | undefined {
  if (schema.type !== undefined) {
    const types = (Array.isArray(schema.type) ? schema.type : [schema.type]) as string[];
    const type = typeOf(value);
    const isWhole = typeof value === "bigint" || Number.isInteger(value);
    if (!types.some((one) => one === type || (one === "integer" && isWhole)))
      return `must be of type ${[...new Set(types)].join(", ")}`;
  }
  if (schema.const !== undefined && !isSame(value, schema.const, work)) return `must be ${short(schema.const)}`;
  const choices = schema.enum as Choices | undefined;
  if (choices && !choices.simple.has(value) && !choices.nested.some((one) => isSame(value, one, work)))
    return `must be one of ${choices.shown}`;
  return undefined;
}

/** Tests whether two JSON values are equal. Each pair of values compared is a step. */
function isSame(a: unknown, b: unknown, work: Work): boolean {
  spend(work, 1);
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((one, index) => isSame(one, b[index], work));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name], work))
  );
}

/** Shortens a value to at most 40 characters. Objects and lists are abbreviated: a large one is slow to serialise. */
const short = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(cutText(value, 36));
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[…]" : "{…}";
  return String(value);
};

const SHOWN_CHOICES = 10;

/** Prepares an `enum` for look-up, and writes its first few choices, and the number of the others, for messages. */
export function choicesOf(values: readonly unknown[]): Choices {
  const shown = values.slice(0, SHOWN_CHOICES).map(short).join(", ");
  const more = values.length - SHOWN_CHOICES;
  return {
    simple: new Set(values.filter((one) => one === null || typeof one !== "object")),
    nested: values.filter((one) => one !== null && typeof one === "object"),
    shown: more > 0 ? `${shown} and ${more} more` : shown,
  };
}

function ofKind(schema: Json, value: unknown, work: Work): string | undefined {
  if (typeof value === "string") return ofText(schema, value, work);
  if (typeof value === "number" || typeof value === "bigint") return ofNumber(schema, value);
  const [size, kind, things] = Array.isArray(value)
    ? [value.length, "Items", "entries"]
    : isObject(value) && (schema.minProperties !== undefined || schema.maxProperties !== undefined)
      ? [Object.keys(value).length, "Properties", "fields"]
      : [0, "", ""];
  if (!kind) return undefined;
  const [min, max] = [schema[`min${kind}`] as number | undefined, schema[`max${kind}`] as number | undefined];
  if (min !== undefined && size < min) return `must have at least ${min} ${things}`;
  if (max !== undefined && size > max) return `must have at most ${max} ${things}`;
  return undefined;
}

function ofText(schema: Json, value: string, work: Work): string | undefined {
  const { minLength, maxLength, format } = schema as { minLength?: number; maxLength?: number; format?: string };
  if (minLength === undefined && maxLength === undefined && format === undefined) return undefined;
  spend(work, Math.ceil(value.length / CHARACTERS_A_STEP));
  let length = 0;
  for (const _ of value) length++;
  if (minLength !== undefined && length < minLength) return `must have at least ${minLength} characters`;
  if (maxLength !== undefined && length > maxLength) return `must have at most ${maxLength} characters`;
  if (format !== undefined && !isFormat(format, value)) return `must be of the format ${format}`;
  return undefined;
}

function ofNumber(schema: Json, value: number | bigint): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<string, number>;
  if (minimum !== undefined && value < minimum) return `${value} is less than ${minimum}`;
  if (maximum !== undefined && value > maximum) return `${value} is greater than ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `must be greater than ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `must be less than ${exclusiveMaximum}`;
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) return `${value} is not a multiple of ${multipleOf}`;
  return undefined;
}

/** Compares as decimals: 0.3 is a multiple of 0.1, although binary floating-point division says otherwise. */
function isMultiple(value: number | bigint, divisor: number | bigint): boolean {
  if (!(divisor > 0) || divisor === Number.POSITIVE_INFINITY) return true;
  const [a, b] = [decimal(value), decimal(divisor)];
  const scale = Math.min(a.exponent, b.exponent);
  return (a.digits * 10n ** BigInt(a.exponent - scale)) % (b.digits * 10n ** BigInt(b.exponent - scale)) === 0n;
}

function decimal(value: number | bigint): { digits: bigint; exponent: number } {
  if (typeof value === "bigint") return { digits: value, exponent: 0 };
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function ofProperties(schema: Json, value: Json, path: readonly string[], at: At, work: Work): Problem | undefined {
  for (const name of (schema.required as string[] | undefined) ?? []) {
    spend(work, 1);
    if (!Object.hasOwn(value, name)) return { path: [...path, name], message: "is required" };
  }
  const properties = (schema.properties as Json | undefined) ?? {};
  const { additionalProperties, propertyNames, dependentSchemas } = schema;
  for (const name of Object.keys(value)) {
    spend(work, 1);
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const problem =
      (propertyNames === undefined ? undefined : at(propertyNames, name, [...path, name])) ??
      (inner === undefined ? undefined : at(inner, value[name], [...path, name]));
    if (problem) return problem;
  }
  for (const [name, inner] of Object.entries((dependentSchemas as Json | undefined) ?? {})) {
    spend(work, 1);
    const problem = Object.hasOwn(value, name) ? at(inner, value, path) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

function ofItems(schema: Json, value: unknown[], path: readonly string[], at: At, work: Work): Problem | undefined {
  const {
    prefixItems = [],
    items,
    contains,
    minContains = 1,
    maxContains,
  } = schema as {
    prefixItems?: unknown[];
    items?: unknown;
    contains?: unknown;
    minContains?: number;
    maxContains?: number;
  };
  for (const [index, one] of value.entries()) {
    spend(work, 1);
    const inner = index < prefixItems.length ? prefixItems[index] : items;
    if (inner === undefined) break;
    const problem = at(inner, one, [...path, String(index)]);
    if (problem) return problem;
  }
  if (contains === undefined) return undefined;
  const matches = value.filter((one) => !at(contains, one, path)).length;
  if (matches < minContains) return { path, message: `must hold at least ${minContains} matching entries` };
  if (maxContains !== undefined && matches > maxContains)
    return { path, message: `must hold at most ${maxContains} matching entries` };
  return undefined;
}

type Combined = Partial<Record<"allOf" | "anyOf" | "oneOf", unknown[]>> & {
  [keyword in "not" | "if" | "then" | "else"]?: unknown;
};

function ofAlternatives(schema: Json, value: unknown, path: readonly string[], at: At): Problem | undefined {
  const { allOf, anyOf, oneOf, not, if: condition, then: yes, else: no } = schema as Combined;
  for (const inner of allOf ?? []) {
    const problem = at(inner, value, path);
    if (problem) return problem;
  }
  if (anyOf) {
    let furthest: Problem = { path, message: "does not match any of its alternatives" };
    let isMatch = false;
    for (const inner of anyOf) {
      const problem = at(inner, value, path);
      isMatch = problem === undefined;
      if (!problem) break;
      if (problem.path.length > furthest.path.length) furthest = problem;
    }
    if (!isMatch) return furthest;
  }
  if (oneOf) {
    const matches = oneOf.filter((inner) => !at(inner, value, path)).length;
    if (matches !== 1) return { path, message: `must match exactly one of its alternatives, matches ${matches}` };
  }
  if (not !== undefined && !at(not, value, path)) return { path, message: "has a form that is not allowed" };
  if (condition === undefined) return undefined;
  const inner = at(condition, value, path) ? no : yes;
  return inner === undefined ? undefined : at(inner, value, path);
}

function ofUnevaluated(schema: Json, value: unknown, path: readonly string[], at: At): Problem | undefined {
  const { unevaluatedProperties, unevaluatedItems } = schema;
  const inner = Array.isArray(value) ? unevaluatedItems : isObject(value) ? unevaluatedProperties : undefined;
  if (inner === undefined) return undefined;
  const { unevaluatedProperties: _, unevaluatedItems: __, ...others } = schema;
  const evaluated = new Set<string>();
  gatherEvaluated(others, value as object, path, at, evaluated);
  for (const [key, one] of Object.entries(value as object)) {
    const problem = evaluated.has(key) ? undefined : at(inner, one, [...path, key]);
    if (problem) return problem;
  }
  return undefined;
}

/** Adds the names (or list indexes) that a schema and its matching alternatives have evaluated. */
function gatherEvaluated(schema: unknown, value: object, path: readonly string[], at: At, into: Set<string>): void {
  if (!isObject(schema)) return;
  const { allOf = [], anyOf = [], oneOf = [], if: condition, then: yes, else: no } = schema as Combined;
  const { properties, prefixItems, contains, dependentSchemas } = schema as Json;
  const looksAtAll = Array.isArray(value)
    ? schema.items !== undefined || schema.unevaluatedItems !== undefined
    : schema.additionalProperties !== undefined || schema.unevaluatedProperties !== undefined;
  for (const [key, one] of Object.entries(value)) {
    const isNamed = Array.isArray(value)
      ? Number(key) < ((prefixItems as unknown[] | undefined)?.length ?? 0) ||
        (contains !== undefined && !at(contains, one, path))
      : isObject(properties) && Object.hasOwn(properties, key);
    if (looksAtAll || isNamed) into.add(key);
  }
  const dependent = Object.entries((dependentSchemas as Json | undefined) ?? {});
  const matching = [...allOf, ...anyOf, ...oneOf, ...dependent.flatMap(([name, one]) => (name in value ? [one] : []))];
  for (const inner of matching) if (!at(inner, value, path)) gatherEvaluated(inner, value, path, at, into);
  if (condition === undefined) return;
  const holds = !at(condition, value, path);
  if (holds) gatherEvaluated(condition, value, path, at, into);
  gatherEvaluated(holds ? yes : no, value, path, at, into);
}
