/**
 * Converts errors for GraphQL: `extensions.code` is the code of REST, `field` the invalid argument. Internal details
 * stay hidden.
 */
import { GraphQLError, Kind } from "graphql";
import { toldError } from "@/lib/core/log/logger";
import { argumentName } from "./page";

/** Unwraps an error to its innermost cause. */
function original(error: unknown): unknown {
  let at = error;
  while (at instanceof GraphQLError && at.originalError) at = at.originalError;
  return at;
}

/** Converts anything thrown into an error that the caller may read. Unexpected errors are logged. */
export function toGraphQLError(error: unknown): GraphQLError {
  const cause = original(error);
  const place =
    error instanceof GraphQLError
      ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path }
      : { nodes: undefined };
  // Errors that graphql itself reports about a document or its variables.
  if (cause instanceof GraphQLError) {
    const { code } = cause.extensions;
    const known = typeof code === "string" && !code.startsWith("GRAPHQL_") ? code : "INVALID_INPUT";
    return new GraphQLError(cause.message, { ...place, extensions: { ...cause.extensions, code: known } });
  }
  const { code, message, details, retryAfter } = toldError(cause, "a GraphQL field failed unexpectedly");
  const sent = place.nodes?.flatMap((node) => (node.kind === Kind.FIELD ? (node.arguments ?? []) : [])) ?? [];
  const field = argumentName(
    details?.field,
    sent.map(({ name }) => name.value),
  );
  const named = field && field !== details?.field ? message.replace(`${details?.field}:`, `${field}:`) : message;
  return new GraphQLError(named, {
    ...place,
    extensions: {
      code,
      ...(field && { field }),
      ...(retryAfter && { retryAfter }),
      // Send both values of a refused update, so that the caller can merge them, and the ways to give a proof.
      ...((details?.stored !== undefined || details?.ways !== undefined) && { details }),
    },
  });
}
