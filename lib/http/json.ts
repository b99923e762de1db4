/** The JSON of a body. */
import { MAX_NESTING, nestsWithin } from "@/lib/contract";
import { AppError } from "@/lib/errors";

/**
 * The value a JSON text stands for.
 *
 * @throws SyntaxError            the text is no JSON
 * @throws AppError INVALID_INPUT nested deeper than MAX_NESTING: what was stored so could never be written down again
 */
export function parseJson(text: string): unknown {
  if (!nestsWithin(text)) throw new AppError("INVALID_INPUT", `The body is nested deeper than ${MAX_NESTING} levels`);
  return JSON.parse(text);
}
