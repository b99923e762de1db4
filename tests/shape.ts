/**
 * Compares a reply with a document's example, independently of our contract: every key of the example must be there with
 * the same kind of value. More keys are allowed.
 */

/** A time in ISO-8601 UTC, as every document's "ISO timestamp". */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Returns the differences, one line each.
 *
 * In an example, "ISO timestamp" asks for a time, "a/b" for one of the words (`online/offline` aside: documents print
 * other statuses too), any other text for text, 1 for a whole number, true for a boolean, `[x]` for a list whose every
 * item looks like x (`[]`: any list), `{}` for an object, null for anything.
 */
export function differences(example: unknown, actual: unknown, path = "$"): string[] {
  const wrong = (what: string) => [`${path} should be ${what}, is ${JSON.stringify(actual)?.slice(0, 120)}`];
  if (example === null) return actual === undefined ? wrong("present") : [];
  if (Array.isArray(example)) {
    if (!Array.isArray(actual)) return wrong("a list");
    if (example.length === 0) return [];
    if (actual.length === 0) return wrong("a list with something in it");
    return actual.flatMap((item, index) => differences(example[0], item, `${path}[${index}]`));
  }
  if (typeof example === "object") {
    if (!actual || typeof actual !== "object" || Array.isArray(actual)) return wrong("an object");
    return Object.entries(example).flatMap(([key, value]) =>
      differences(value, (actual as Record<string, unknown>)[key], `${path}.${key}`),
    );
  }
  if (typeof example === "number") return Number.isInteger(actual) ? [] : wrong("a whole number");
  if (typeof example === "boolean") return typeof actual === "boolean" ? [] : wrong("true or false");
  if (typeof actual !== "string") return wrong(`text (${example})`);
  if (example === "ISO timestamp") return TIME.test(actual) ? [] : wrong("an ISO timestamp ending in Z");
  if (/^[A-Za-z_]+(\/[A-Za-z_]+)+$/.test(example as string))
    return (example as string).split("/").includes(actual) ? [] : wrong(`one of ${example}`);
  return [];
}
