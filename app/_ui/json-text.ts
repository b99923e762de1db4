/** Parses a JSON object from text, or explains what is wrong and, when known, on which line (from 1). */
import { NumberRangeError, readJson } from "@/lib/core/format/json";

type ParsedJson = { ok: true; value: Record<string, unknown> } | { ok: false; message: string; line: number | null };

/** Reads `text` as a JSON object; empty text is `{}`. Never throws. */
export function parseJsonObject(text: string): ParsedJson {
  if (text.trim() === "") return { ok: true, value: {} };
  try {
    const value: unknown = readJson(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { ok: false, message: "Enter a JSON object: { … }", line: 1 };
    }
    return { ok: true, value: value as Record<string, unknown> };
  } catch (error) {
    const message = error instanceof Error ? error.message : "This is not valid JSON";
    // Browsers quote half of the text in the message. Keep only what is wrong, because the line is shown beside it.
    const wrong = message.replace(
      /^JSON\.parse: |(, (\.\.\.)?"[\s\S]*is not valid JSON| in JSON at position [\s\S]*)$/g,
      "",
    );
    return { ok: false, message: wrong, line: error instanceof NumberRangeError ? null : errorLine(text) };
  }
}

const BLANK = /[\t\n\r ]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const PLAIN = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Returns the line of the first invalid character. Browsers report it in different ways, or not at all. */
function errorLine(text: string): number | null {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const skipTo = (mark: string): boolean => {
    take(BLANK);
    if (text[at] !== mark) return false;
    at++;
    return true;
  };
  const list = (end: string, item: () => boolean): boolean => {
    if (skipTo(end)) return true;
    do if (!item()) return false;
    while (skipTo(","));
    return skipTo(end);
  };
  const value = (): boolean => {
    if (skipTo("{")) return list("}", () => take(BLANK) && take(STRING) && skipTo(":") && value());
    if (skipTo("[")) return list("]", value);
    return take(STRING) || take(PLAIN);
  };
  try {
    if (value()) take(BLANK);
  } catch {
    // The text nests deeper than the call stack, so only the message is available.
    return null;
  }
  return text.slice(0, at).split("\n").length;
}
