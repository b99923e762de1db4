/** Contract of /graphql as REST sees it. Source: document 002 "GraphQL API". What can be asked is in schema.graphql. */

import { z } from "zod";
import type { Operation } from "@/lib/core/contract";
import { NumberRangeError, readJson } from "@/lib/core/format/json";

const Name = z.string().max(200).nullish();
const QUERY_MAX = 65_536;
const Query = z.string().min(1).max(QUERY_MAX).optional();
/** A request without text carries the hash of a persisted query; it is answered with a code that makes clients send the text. */
const hasQuery = ({ query, extensions }: { query?: string; extensions?: Record<string, unknown> | null }) =>
  query !== undefined || extensions?.persistedQuery !== undefined;
const NEEDS_QUERY = { path: ["query"], error: "is required" };

const answer = {
  response: z.looseObject({
    data: z.unknown().optional(),
    errors: z.array(z.looseObject({ message: z.string() })).optional(),
  }),
  alsoProduces: ["text/event-stream"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const;

export const postGraphql = {
  id: "postGraphql",
  method: "POST",
  path: "/graphql",
  summary: "Run a GraphQL query, mutation or subscription",
  description:
    "One operation per request. Subscriptions answer as server-sent events (`Accept: text/event-stream`), or come over a WebSocket here with the subprotocol graphql-transport-ws. Errors are GraphQL's, with `extensions.code`. A bot's token reads only the bot's own data. At most 100 requests per minute, 2000 tokens, depth 12, cost 5000, 30 aliases.",
  document: "002 GraphQL API: POST /graphql",
  body: z
    .object({
      query: Query,
      variables: z.record(z.string(), z.unknown()).nullish(),
      operationName: Name,
      extensions: z.record(z.string(), z.unknown()).nullish(),
    })
    .refine(hasQuery, NEEDS_QUERY),
  ...answer,
  example: { body: { query: "{ status { version uptime activeTasks } }" } },
} as const satisfies Operation;
export type GraphqlRequest = z.output<typeof postGraphql.body>;

const JsonText = z
  .string()
  .max(QUERY_MAX)
  .transform((text, context): Record<string, unknown> => {
    let message = "must be a JSON object";
    try {
      const value: unknown = readJson(text);
      if (value && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch (error) {
      if (error instanceof NumberRangeError) message = error.message;
    }
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .optional();

export const getGraphql = {
  id: "getGraphql",
  method: "GET",
  path: "/graphql",
  summary: "Run a GraphQL query or subscription, or open the playground in a browser",
  description: "Mutations are refused. With `Accept: text/html` a browser is redirected to the playground.",
  document: "002 GraphQL API: GET /graphql",
  query: z
    .object({
      query: Query,
      variables: JsonText,
      operationName: z.string().max(200).optional(),
      extensions: JsonText,
    })
    .refine(hasQuery, NEEDS_QUERY),
  ...answer,
} as const satisfies Operation;
