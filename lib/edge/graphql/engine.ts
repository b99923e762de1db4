/** graphql-yoga with our schema, limits and errors; HTTP, server-sent events and WebSockets all go through it. */
import { type GraphQLError, NoSchemaIntrospectionCustomRule, parse } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import type { App } from "@/lib/app";
import { isLocalCaller } from "@/lib/core/actor";
import { env } from "@/lib/core/env";
import { logger } from "@/lib/core/log/logger";
import type { Context } from "./context";
import { toGraphQLError } from "./errors";
import { excess, TOKENS_MAX } from "./limits";
import { beyondDocument } from "./local";
import { buildSchema } from "./schema";

type Run = Parameters<NonNullable<Plugin<Context>["onExecute"]>>[0];

/** Refuses an operation that exceeds a limit. Answers the reason without running the operation. */
function refuse({ args, setResultAndStopExecution }: Pick<Run, "args" | "setResultAndStopExecution">) {
  const { schema, document, contextValue } = args;
  const error =
    excess(schema, document, args.operationName, args.variableValues ?? {}) ??
    (isLocalCaller((contextValue as Context).actor) ? beyondDocument(schema, document) : undefined);
  if (error) setResultAndStopExecution({ errors: [error] });
}

/**
 * Removes suggested names from errors while introspection is off: by guessing names, a client could read the schema
 * from them. Validation has an option for it, the parsing of variables has none.
 */
function hideSuggestions(result: unknown): void {
  if (env.GRAPHQL_INTROSPECTION) return;
  for (const error of (result as { errors?: { message: string }[] }).errors ?? [])
    error.message = error.message.replace(/ Did you mean [^?]{0,500}\?/g, "");
}

const limits: Plugin<Context> = {
  onParse: ({ setParseFn }) =>
    setParseFn((source: Parameters<typeof parse>[0]) => parse(source, { maxTokens: TOKENS_MAX })),
  onValidate({ addValidationRule, setValidationFn, validateFn }) {
    if (env.GRAPHQL_INTROSPECTION) return;
    addValidationRule(NoSchemaIntrospectionCustomRule);
    setValidationFn((schema, document, rules, options) =>
      validateFn(schema, document, rules, { ...options, hideSuggestions: true }),
    );
  },
  onExecute(run) {
    refuse(run);
    return { onExecuteDone: ({ result }) => hideSuggestions(result) };
  },
  // route() has parsed and validated the request. Parsing its text again would lose the digits of large integers.
  onRequestParse({ serverContext, setRequestParser }) {
    const { asked } = serverContext as Partial<Context>;
    if (asked) setRequestParser(() => asked);
  },
  // Remove the error codes that graphql-yoga sets for invalid documents, because they are not documented ones.
  onResultProcess({ result }) {
    for (const one of Array.isArray(result) ? result : [result])
      for (const error of (one as { errors?: GraphQLError[] }).errors ?? [])
        if (/^(GRAPHQL|BAD|OPERATION)_/.test(String(error.extensions?.code))) error.extensions.code = "INVALID_INPUT";
  },
  onSubscribe(run) {
    refuse(run as never);
    return { onSubscribeResult: ({ result }) => hideSuggestions(result) };
  },
};

function createEngine(app: App) {
  const schema = buildSchema(app);
  return {
    schema,
    yoga: createYoga<Context>({
      schema,
      graphqlEndpoint: "/graphql",
      graphiql: false,
      landingPage: false,
      batching: false,
      multipart: false,
      cors: false,
      plugins: [limits],
      maskedErrors: { maskError: (error) => toGraphQLError(error) },
      logging: { debug() {}, info() {}, warn: (text) => logger.warn(text), error() {} },
      // Use Node's own classes, so that lib/edge/http can send the bodies and cancel one that nobody began to read.
      fetchAPI: { Response, ReadableStream },
    }),
  };
}

type Engine = ReturnType<typeof createEngine>;
let current: { app: App; engine: Engine } | undefined;

/**
 * Returns the engine over these rooms. It is built at first use, because that takes longer than the rest of a start.
 */
export function engineOf(app: App): Engine {
  if (current?.app !== app) current = { app, engine: createEngine(app) };
  return current.engine;
}
