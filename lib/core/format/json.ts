/**
 * JSON that keeps the digits of every integer. `JSON.parse` rounds whatever lies beyond ±(2^53−1), and ids of Discord and
 * Telegram do: such an integer is a bigint in memory, and digits again wherever JSON is written
 * (docs/decisions/009-exact-numbers.md). Browser-safe.
 */

/** Most digits of an integer. The limit bounds the time to read one, which grows faster than its length. */
export const DIGITS_MAX = 300;

/** The text contains a number that cannot be represented: `1e400`, or an integer of more than DIGITS_MAX digits. */
export class NumberRangeError extends SyntaxError {
  /** The path of the number, such as `payload.user_id`; empty when it is the whole text. */
  readonly field: string;

  constructor(field: string) {
    super(
      `${field ? `${field}: ` : ""}must be a number that can be kept: within ±1.8e308, and at most ${DIGITS_MAX} digits`,
    );
    this.name = "NumberRangeError";
    this.field = field;
  }
}

/** Most texts contain neither 16 digits in a row nor a large exponent, so `JSON.parse` reads them directly. */
const SUSPECT = /\d{16}|[eE]\+?\d{3}/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const COLON = /\s*:/y;
/** Prefix of a string that replaces a number. It is random, so that no request can forge it. */
const MARK = `\u{F8FF}${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
const OUT_OF_RANGE = `${MARK}!`;

/**
 * Parses JSON text into the type that the caller names: like `JSON.parse`, but an integer that a number would round is
 * a bigint. Numbers with a fraction or an exponent are numbers always.
 *
 * @throws SyntaxError the text is no JSON
 * @throws NumberRangeError it holds a number that cannot be kept
 */
export function readJson<T = unknown>(text: string): T {
  if (!SUSPECT.test(text)) return JSON.parse(text) as T;
  const marked = markNumbers(text);
  return (marked === text ? JSON.parse(text) : restored(JSON.parse(marked))) as T;
}

/** The text with every integer that would be rounded, and every number out of range, written as a marked string. */
function markNumbers(text: string): string {
  let result = "";
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(text, at + 1);
      continue;
    }
    NUMBER.lastIndex = at;
    // Only `-` and digits begin a number.
    const token = code === 0x2d || (code >= 0x30 && code <= 0x39) ? NUMBER.exec(text)?.[0] : undefined;
    if (token === undefined) {
      at++;
      continue;
    }
    const end = at + token.length;
    const mark = token.length < 5 ? undefined : markOf(token);
    // A number as an object's key is invalid JSON; do not turn it into a string, which would be valid.
    COLON.lastIndex = end;
    if (mark && !COLON.test(text)) {
      result += `${text.slice(copied, at)}"${mark}"`;
      copied = end;
    }
    at = end;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function markOf(token: string): string | undefined {
  const value = Number(token);
  if (/[.eE]/.test(token)) return Number.isFinite(value) ? undefined : OUT_OF_RANGE;
  if (Number.isSafeInteger(value)) return undefined;
  return token.length > DIGITS_MAX ? OUT_OF_RANGE : MARK + token;
}

/** Returns the index after the closing quote of the string that began before `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    at = quote + 1;
    if (slashes % 2 === 0) return at;
  }
}

type Container = Record<string, unknown>;
type Place = { node: Container; key: string; up?: Place };

/**
 * Replaces marked strings in the value by bigints. It uses a work list instead of recursion, because JSON may nest
 * deeply.
 */
function restored(value: unknown): unknown {
  const root: Place = { node: { "": value }, key: "" };
  const left: Place[] = [root];
  for (let place = left.pop(); place; place = left.pop()) {
    const child = place.node[place.key];
    if (typeof child === "string") {
      if (child === OUT_OF_RANGE) throw new NumberRangeError(pathOf(place));
      if (child.startsWith(MARK)) place.node[place.key] = BigInt(child.slice(MARK.length));
    } else if (child && typeof child === "object")
      for (const [key, inner] of Object.entries(child))
        if (typeof inner === "string" ? inner.startsWith(MARK) : inner && typeof inner === "object")
          left.push({ node: child as Container, key, up: place });
  }
  return root.node[""];
}

function pathOf(place: Place): string {
  const keys: string[] = [];
  for (let at: Place = place; at.up; at = at.up) keys.unshift(at.key);
  return keys.join(".");
}

/** Returned by exactReviver for a number that cannot be represented. It never appears in written JSON. */
const UNKEPT = Symbol("a number that cannot be kept");

/**
 * The same for libraries that call `JSON.parse` themselves and take a reviver; slower, and only where the runtime tells
 * it the source of a value, as Node does. A number that cannot be kept ends nothing here, for the library would drop the
 * whole message: its reader passes what it takes to `refuseUnkept`.
 */
export function exactReviver(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || context?.source === undefined) return value;
  const mark = markOf(context.source);
  if (mark === OUT_OF_RANGE) return UNKEPT;
  return mark === undefined ? value : BigInt(context.source);
}

/** @throws NumberRangeError  a number in what exactReviver read cannot be kept */
export function refuseUnkept(value: unknown): void {
  const left: Place[] = [{ node: { "": value }, key: "" }];
  for (let place = left.pop(); place; place = left.pop()) {
    const child = place.node[place.key];
    if (child === UNKEPT) throw new NumberRangeError(pathOf(place));
    if (child && typeof child === "object")
      for (const key of Object.keys(child)) left.push({ node: child as Container, key, up: place });
  }
}

type RawJson = { rawJSON?: (text: string) => unknown };
const { rawJSON } = JSON as RawJson;
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

// Defines how JSON.stringify writes a bigint, so that libraries write its digits too. Browsers without rawJSON write
// the marked string, which writeJson turns into digits.
Object.defineProperty(BigInt.prototype, "toJSON", {
  configurable: true,
  writable: true,
  value(this: bigint): unknown {
    const digits = this.toString();
    return rawJSON ? rawJSON(digits) : MARK + digits;
  },
});

/** The text of a value that readJson would read as the same; as `JSON.stringify`, in every browser. */
export function writeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return rawJSON ? text : text?.replace(MARKED, "$1");
}
