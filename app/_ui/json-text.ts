/** What a text holds: an object, or why it is not one and on which line (1-based) when that is known. */
export type ParsedJson =
  | { ok: true; value: Record<string, unknown> }
  | { ok: false; message: string; line: number | null };

/** Reads `text` as a JSON object; empty text is `{}`. Never throws. */
export function parseJsonObject(text: string): ParsedJson {
  if (text.trim() === "") return { ok: true, value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { ok: false, message: "Must be a JSON object: { … }", line: 1 };
    }
    return { ok: true, value: value as Record<string, unknown> };
  } catch (error) {
    const message = error instanceof Error ? error.message : "Not JSON";
    return { ok: false, message: message.replace(/^JSON\.parse: /, ""), line: errorLine(message, text) };
  }
}

/** Browsers word JSON errors differently: some name the line, some only the position. */
function errorLine(message: string, text: string): number | null {
  const line = /line (\d+)/.exec(message);
  if (line) return Number(line[1]);
  const position = /position (\d+)/.exec(message);
  if (position) return text.slice(0, Number(position[1])).split("\n").length;
  return /end of JSON|end of data/i.test(message) ? text.split("\n").length : null;
}
