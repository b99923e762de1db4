/** A dialect is a document's error envelope (CONTRACT: errors). The route chooses it; no domain knows it. */
import { AppError } from "@/lib/core/errors";

export type Dialect = "botManager" | "mltb" | "bs" | "graphql";

/** The error for a request without a credential, which says how to get one. */
export const noCredential = (dialect: Dialect): AppError =>
  new AppError(
    "UNAUTHORIZED",
    dialect === "bs"
      ? "A credential is needed: send Authorization: Bearer <token>. Ready tokens are API_TOKEN of the server's environment, an API key from the console's page /account, and a bot's own token. Or start the server with OPEN_BOT_API=true on a trusted network"
      : "Sign in, or send an API key or bot token as Authorization: Bearer <token>",
  );

/** Document 004 says its own words about a body that holds nothing. */
export function refuseEmptyBody(dialect: Dialect, raw: unknown): void {
  const empty = !raw || typeof raw !== "object" || Array.isArray(raw) || Object.keys(raw).length === 0;
  if (dialect === "bs" && empty) throw new AppError("INVALID_INPUT", "No JSON data provided");
}

/** The JSON body of an error in that document's form. 429 has one form everywhere. */
export function errorBody(dialect: Dialect, error: AppError): unknown {
  if (error.code === "RATE_LIMITED")
    return { error: error.message, code: error.code, retryAfter: error.retryAfter ?? 1 };
  if (dialect === "mltb") return { error: { code: error.code, message: error.message, details: error.details ?? {} } };
  if (dialect === "graphql") {
    const { code, message, details } = error;
    return { errors: [{ message, extensions: { code, ...(details?.field ? { field: details.field } : {}) } }] };
  }
  // The texts of document 004 name their field themselves.
  if (dialect === "bs") {
    const [first] = (error.details?.issues ?? []) as { message: string }[];
    return { status: "error", message: first?.message ?? error.message };
  }
  return { error: error.message, code: error.code, ...(error.details ? { details: error.details } : {}) };
}
