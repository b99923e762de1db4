/** Reads a request's body as JSON. */
import { AppError } from "@/lib/core/errors";
import { parseJson } from "../body/json";
import { type Dialect, refuseEmptyBody } from "../dialects";
import type { Call } from "../route.types";

const MAX_BODY_BYTES = 262_144;

/** The body's text. @throws AppError PAYLOAD_TOO_LARGE beyond what the contract allows */
export const readText = ({ config, req }: Call): Promise<string> => req.text(config.contract.maxBody ?? MAX_BODY_BYTES);

/** The value a body's text holds; `{}` for an empty one. @throws AppError INVALID_INPUT the text is not JSON */
export function parseBody(text: string, dialect: Dialect): unknown {
  if (text.trim() === "") return {};
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof AppError) throw error;
    refuseEmptyBody(dialect, undefined);
    throw new AppError("INVALID_INPUT", "The body is not valid JSON");
  }
}
