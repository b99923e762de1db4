/** A dialect is a document's error envelope (CONTRACT: errors). The route chooses it; no domain knows it. */
import type { AppError } from "@/lib/errors";

export type Dialect = "botManager" | "mltb" | "bs";

/** The JSON body of an error in that document's form. 429 has one form everywhere. */
export function errorBody(dialect: Dialect, error: AppError): unknown {
  if (error.code === "RATE_LIMITED")
    return { error: error.message, code: error.code, retryAfter: error.retryAfter ?? 1 };
  if (dialect === "mltb") return { error: { code: error.code, message: error.message, details: error.details ?? {} } };
  if (dialect === "bs") return { status: "error", message: error.message };
  return { error: error.message, code: error.code, ...(error.details ? { details: error.details } : {}) };
}
