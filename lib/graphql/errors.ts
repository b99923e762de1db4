/** Errors as GraphQL tells them: `extensions.code` is the code of REST, `field` the bad argument; nothing of the inside. */
import { GraphQLError } from "graphql";
import { AppError } from "@/lib/errors";
import { logger } from "@/lib/logger";
import { fieldName } from "./page";

const isOwn = (error: unknown): error is AppError =>
  error instanceof AppError || (error as { name?: string } | undefined)?.name === "AppError";

/** What lies at the bottom of errors wrapped in one another. */
function original(error: unknown): unknown {
  let at = error;
  while (at instanceof GraphQLError && at.originalError) at = at.originalError;
  return at;
}

/** Any thrown thing as what the caller may read. Unexpected ones are logged. */
export function told(error: unknown): GraphQLError {
  const cause = original(error);
  const place =
    error instanceof GraphQLError
      ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path }
      : {};
  if (isOwn(cause)) {
    const { code, message, details, retryAfter } = cause;
    const field = fieldName(details?.field);
    const named = field && field !== details?.field ? message.replace(`${details?.field}:`, `${field}:`) : message;
    return new GraphQLError(named, {
      ...place,
      extensions: { code, ...(field && { field }), ...(retryAfter && { retryAfter }) },
    });
  }
  // What graphql itself says of a document or its variables.
  if (cause instanceof GraphQLError)
    return new GraphQLError(cause.message, { ...place, extensions: { code: "INVALID_INPUT", ...cause.extensions } });
  logger.error({ err: cause }, "a GraphQL field failed unexpectedly");
  return new GraphQLError("Something went wrong on the server; its log says what", {
    ...place,
    extensions: { code: "INTERNAL_ERROR" },
  });
}
