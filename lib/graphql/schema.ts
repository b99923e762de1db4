/** The schema: SDL and resolvers in one. What it prints is kept in schema.graphql, and a test compares the two. */
import { type GraphQLFieldResolver, GraphQLScalarType, isObjectType } from "graphql";
import { createSchema } from "graphql-yoga";
import type { Context } from "./context";
import { read } from "./page";
import { alerting } from "./resolvers.alerts";
import { backup } from "./resolvers.backups";
import { domain } from "./resolvers.domain";
import { server } from "./resolvers.server";
import { transfers } from "./resolvers.tasks";
import { DOCUMENT_SDL } from "./sdl";
import { DOMAIN_SDL } from "./sdl.domain";
import { domainSubscriptions } from "./subscriptions";

/** Passed through as it is. */
const JSON_SCALAR = new GraphQLScalarType({ name: "JSON", description: "Any JSON value." });

/** The schema with every field answered. */
export function buildSchema() {
  const schema = createSchema<Context>({
    typeDefs: [DOCUMENT_SDL, DOMAIN_SDL],
    resolvers: {
      JSON: JSON_SCALAR,
      Query: { ...server.query, ...transfers.query, ...alerting.query, ...backup.query, ...domain.query },
      Mutation: { ...server.mutation, ...alerting.mutation, ...backup.mutation, ...domain.mutation },
      Subscription: { ...server.subscription, ...transfers.subscription, ...domainSubscriptions },
      ...domain.types,
    },
  });
  const byName: GraphQLFieldResolver<unknown, Context> = (source, _args, _context, { fieldName }) =>
    read(source, fieldName);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) field.resolve ??= byName;
  }
  return schema;
}
