/** Fills templates with fields of a request. There is no code and no loop, and the time is linear in what comes out. */
import { AppError } from "@/lib/core/errors";
import { writeJson } from "@/lib/core/format/json";

/** The values that templates read: the body of the request, and some of its headers. */
export type Values = { body: unknown; headers: Readonly<Record<string, string | undefined>> };

/** The most characters that one template makes. */
const OUTPUT_MAX = 65_536;
const PLACEHOLDER = /\{\{([^{}|]{1,200})(?:\|([^{}]{0,200}))?\}\}/g;
const WHOLE = /^\{\{([^{}|]{1,200})(?:\|([^{}]{0,200}))?\}\}$/;
const HEADER = "header:";
const INDEX = /^\d{1,6}$/;

/** Returns the field that a path such as `alerts.0.labels.name` names; undefined where there is none. */
export function fieldOf({ body, headers }: Values, path: string): unknown {
  const name = path.trim();
  if (name.startsWith(HEADER)) return headers[name.slice(HEADER.length).trim().toLowerCase()];
  if (name === ".") return body;
  let value = body;
  for (const key of name.split(".")) {
    if (Array.isArray(value)) value = INDEX.test(key) ? value[Number(key)] : undefined;
    else if (value !== null && typeof value === "object" && Object.hasOwn(value, key))
      value = (value as Record<string, unknown>)[key];
    else return undefined;
  }
  return value;
}

/** Returns a value as it stands in a text: empty for null and for a field that is missing, JSON for objects. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? writeJson(value) : String(value);
}

/** Builds the function that fills the texts of one template. */
function createFilling(values: Values) {
  let left = OUTPUT_MAX;
  const spend = (characters: number) => {
    left -= characters;
    if (left < 0)
      throw new AppError("INVALID_INPUT", `The template makes more than ${OUTPUT_MAX} characters of this request`);
  };
  const filled = (text: string): string =>
    text.replace(PLACEHOLDER, (_, path: string, fallback?: string) => {
      const found = textOf(fieldOf(values, path));
      const shown = found === "" ? (fallback ?? "") : found;
      spend(shown.length);
      return shown;
    });
  return { spend, filled };
}

/** Fills the placeholders of a text. @throws INVALID_INPUT  the result is too long */
export const fillText = (template: string, values: Values): string => createFilling(values).filled(template);

/**
 * Fills the texts of a JSON template; keys stay as they are. A text that is one placeholder becomes the value itself.
 *
 * @throws INVALID_INPUT  the result is too long
 */
export function fillJson(template: unknown, values: Values): unknown {
  const { spend, filled } = createFilling(values);
  const fill = (part: unknown): unknown => {
    if (typeof part === "string") {
      const [, path, fallback] = WHOLE.exec(part) ?? [];
      if (path === undefined) return filled(part);
      const value = fieldOf(values, path) ?? fallback ?? null;
      spend(writeJson(value).length);
      return value;
    }
    if (Array.isArray(part)) return part.map(fill);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value)]));
  };
  return fill(template);
}
