/** The JSON of a body. */
import { MAX_NESTING, nestsWithin } from "@/lib/core/contract";
import { AppError } from "@/lib/core/errors";
import { NumberRangeError, readJson } from "@/lib/core/format/json";

/**
 * The value a JSON text stands for; integers keep their digits (lib/core/format/json.ts).
 *
 * @throws SyntaxError            the text is no JSON
 * @throws AppError INVALID_INPUT nested deeper than MAX_NESTING: what was stored so could never be written down again;
 *                                or a number that cannot be kept, with its field
 */
export function parseJson(text: string): unknown {
  if (!nestsWithin(text)) throw new AppError("INVALID_INPUT", `The body is nested deeper than ${MAX_NESTING} levels`);
  try {
    return readJson(text);
  } catch (error) {
    throw error instanceof NumberRangeError ? rangeRefusal(error) : error;
  }
}

export const rangeRefusal = ({ message, field }: NumberRangeError) => new AppError("INVALID_INPUT", message, { field });
